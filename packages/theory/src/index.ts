export {
  assertInitialPotential,
  describeInitialPotential,
  type IndividualPotentials,
  type InitialPotential,
  meanInitialPotential,
  OPTIMAL_INITIAL_POTENTIAL,
  type SharedPotential,
  ZERO_INITIAL_POTENTIAL,
} from './initial-potential.js';
export {
  type IfNeuron,
  type IfRun,
  type IfStep,
  type ResetRule,
  runIf,
  type RunIfOptions,
  stepIf,
} from './integrate-and-fire.js';
export { clipFloor } from './clip-floor.js';
export { firstSpikeTime, spikeCount, spikeCountResetToZero, spikeTimes } from './spike-count.js';
export {
  type ConversionError,
  type ConversionErrorOptions,
  expectedConversionError,
  integrateConversionError,
} from './conversion-error.js';
export type { InputDistribution } from './input-distribution.js';
export { optimalPotential, zeroMeanErrorPotential } from './optimal-potential.js';
export {
  type InputScaling,
  normalizeWeights,
  type ScaledLayer,
  scaleThresholds,
} from './threshold-scaling.js';
export { effectivePotential, type EffectivePotentialOptions, optimalBiasShift } from './bias-shift.js';
export { type DelayLayer, propagationDelay } from './propagation-delay.js';
export {
  decomposeError,
  type DecomposeErrorOptions,
  ERROR_PARTS,
  type ErrorDecomposition,
  type ErrorPart,
} from './error-decomposition.js';
export { predictRoundingError, type RoundingErrorOptions } from './rounding-error.js';
export { philox4x32, philox4x32Into } from './philox.js';
export { CounterRandom, type MutableList, shuffle } from './random.js';
export { drawInitialPotentials, type DrawInitialPotentialsOptions } from './draw-initial-potentials.js';
export { normalQuantile } from './normal-quantile.js';
export { normalDistribution } from './normal-distribution.js';
export { naturalLogarithm } from './natural-logarithm.js';
export { maskedPotential, SILENT_POTENTIAL } from './residual-mask.js';
export { type NeuronTrial, offsetPotential } from './offset-spike.js';
export { assertPreparation, describePreparation, type Preparation } from './preparation.js';
export {
  assertCarriedPotential,
  carriedPotential,
  type CarriedPotential,
  type FinishedRun,
  residualInput,
} from './carried-potential.js';
export {
  answerOfSwitch,
  type SwitchCode,
  switchInterval,
  type SwitchRounding,
  switchValue,
} from './temporal-switch.js';
