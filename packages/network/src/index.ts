export type * from './description.js';
export type * from './network.js';
export type * from './tensor.js';
