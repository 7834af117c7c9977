export { additionsPerSpike } from './additions-per-spike.js';
export { hasBinarySpikes } from './binary-spikes.js';
export { createSimulator } from './create-simulator.js';
export {
  FLOAT_ORDER,
  GROUPED_CHANNELS_LIMIT,
  GROUPED_READS_LEAST,
  groupSize,
  readsPerTap,
} from './float-order.js';
export {
  currentLimits,
  INT16_ARITHMETIC,
  INT16_TIME_STEPS_LIMIT,
  INTEGER_LIMIT,
} from './int16-arithmetic.js';
export type * from './plan.js';
export { spikeRange, type SpikeRange } from './spike-range.js';
export type * from './simulator.js';
