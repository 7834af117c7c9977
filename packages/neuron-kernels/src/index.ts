export { createSimulator } from './create-simulator.js';
export { GROUPED_CHANNELS_LIMIT, groupSize } from './float-order.js';
export type * from './plan.js';
export type * from './simulator.js';
