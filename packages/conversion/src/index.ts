export {
  type ActivationLayer,
  type ActivationNode,
  isActivation,
  type ThresholdResult,
} from './activation-layer.js';
export type { LayerStatistics } from './activation-statistics.js';
export { type AnalogRun, analogRun } from './potential-calibration/analog-samples.js';
export {
  type PotentialCalibration,
  type CalibrationError,
  type PotentialCalibrationOptions,
  calibratePotentials,
  type DriveMeasurement,
  type LayerCalibration,
} from './potential-calibration/calibrate-potentials.js';
export {
  channelErrors,
  type ChannelErrors,
  type ChannelNeurons,
  type LayerSample,
} from './potential-calibration/layer-sample.js';
export { matchMean, type MatchMeanOptions } from './potential-calibration/match-mean.js';
export { type NeuronValues, setNeurons } from './potential-calibration/set-neurons.js';
export {
  POTENTIAL_STRATEGIES,
  type PotentialStrategy,
  chooseNeurons,
  THRESHOLD_SCALES,
} from './potential-calibration/strategy.js';
export { ConversionError, type ConversionProblem } from './conversion-error.js';
export type { ConversionReport, LayerReport } from './conversion-report.js';
export { type Conversion, type ConversionOptions, convertNetwork } from './convert-network.js';
export { hashNetwork } from './hash-network.js';
export { fraction, HALF, ZERO } from './initial-potential-rules/fraction.js';
export {
  INITIAL_POTENTIALS,
  type InitialPotentialRule,
} from './initial-potential-rules/initial-potential-rule.js';
export { NORMAL } from './initial-potential-rules/normal.js';
export type { PerLayerPotential } from './initial-potential-rules/per-layer.js';
export { UNIFORM } from './initial-potential-rules/uniform.js';
export { convertWithMethod, type MethodOptions } from './methods/convert-with-method.js';
export { MAX_NORM } from './methods/max-norm.js';
export type { ConversionMethod } from './methods/method.js';
export { OPI } from './methods/opi.js';
export { type MethodName, METHODS } from './methods/registry.js';
export { ROBUST_NORM } from './methods/robust-norm.js';
export { TCL } from './methods/tcl.js';
export { type NeuronRule, RESET_BY_SUBTRACTION, RESET_TO_ZERO } from './neuron-rule.js';
export { averageInsteadOfMaximum, type PoolReplacement } from './pool-replacements/average.js';
export { maximumThreshold, type MaximumRule } from './threshold-rules/maximum.js';
export { percentileThreshold, type PercentileRule } from './threshold-rules/percentile.js';
export {
  chooseThreshold,
  describeThresholdRule,
  type ThresholdRule,
} from './threshold-rules/threshold-rule.js';
export { trainedBoundThreshold, type TrainedBoundRule } from './threshold-rules/trained-bound.js';
