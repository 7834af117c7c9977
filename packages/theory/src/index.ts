export type { InitialPotential } from './initial-potential.js';
export {
  assertInitialPotential,
  describeInitialPotential,
  meanInitialPotential,
  OPTIMAL_INITIAL_POTENTIAL,
  ZERO_INITIAL_POTENTIAL,
} from './initial-potential.js';
export { philox4x32, philox4x32Into } from './philox.js';
export { naturalLogarithm } from './natural-logarithm.js';
export { normalQuantile } from './normal-quantile.js';
export type { MutableList } from './random.js';
export { CounterRandom, shuffle } from './random.js';
export type { DrawInitialPotentialsOptions } from './draw-initial-potentials.js';
export { drawInitialPotentials } from './draw-initial-potentials.js';
