export { createSimulator } from './create-simulator.js';
export {
  FLOAT_ORDER,
  GROUPED_CHANNELS_LIMIT,
  GROUPED_READS_LEAST,
  groupSize,
  readsPerTap,
} from './float-order.js';
export type * from './plan.js';
export type * from './simulator.js';
