export { createSimulator } from './create-simulator.js';
export { FLOAT_ORDER, GROUPED_CHANNELS_LIMIT, groupSize } from './float-order.js';
export type * from './plan.js';
export type * from './simulator.js';
