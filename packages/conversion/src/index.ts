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
export { calibrateAdvanced } from './calibration/calibrate-advanced.js';
export type { DescentOptions } from './calibration/descend-weights.js';
export { calibrateBias } from './calibration/calibrate-bias.js';
export { calibrateWithMethod } from './calibration/calibrate-with-method.js';
export type { CalibrationRun, SpikingRequest, SpikingResponse } from './calibration/calibration-run.js';
export { estimateDelay } from './calibration/estimate-delay.js';
export { balanceLocally, type LocalBalancingRule } from './calibration/local-balancing.js';
export { measureStatistics } from './calibration/measure-statistics.js';
export { balanceBySpikingMaximum, type SpikingMaximumRule } from './calibration/spiking-maximum.js';
export { ConversionError, type ConversionProblem } from './conversion-error.js';
export type { ConversionOptions, InputShift } from './conversion-options.js';
export type { Conversion, ConversionReport, LayerReport } from './conversion-report.js';
export { convertNetwork } from './convert-network.js';
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
export { RTS } from './methods/rts.js';
export { SPIKE_NORM } from './methods/spike-norm.js';
export { RMP } from './methods/rmp.js';
export { HYBRID } from './methods/hybrid.js';
export { RNL } from './methods/rnl.js';
export { QCFS } from './methods/qcfs.js';
export { SLIP_RELU } from './methods/slip-relu.js';
export { SNN_CALIBRATION_ADVANCED } from './methods/snnc-ap.js';
export { SNN_CALIBRATION_LIGHT } from './methods/snnc-lp.js';
export { LOCAL_BALANCING } from './methods/local-balancing.js';
export { addInputCurrents, type NeuronCurrents, recordedShift, withoutShift } from './input-shift.js';
export type { MeanSquaredErrorForT, MethodThreshold } from './methods/method-threshold.js';
export { type AccumulatedLogits, delayedPredictions, type ReadOutRule, readOutStart } from './read-out.js';
export { type GivenRule, givenThreshold } from './threshold-rules/given.js';
export {
  meanSquaredErrorThreshold,
  type MeanSquaredErrorRule,
} from './threshold-rules/mean-squared-error.js';
export { MAX_NORM } from './methods/max-norm.js';
export type { ConversionMethod } from './methods/method.js';
export { OPI } from './methods/opi.js';
export { type MethodName, METHODS } from './methods/registry.js';
export { ROBUST_NORM } from './methods/robust-norm.js';
export { TCL } from './methods/tcl.js';
export { describeNeuronRule, type NeuronRule, RESET_BY_SUBTRACTION, RESET_TO_ZERO } from './neuron-rule.js';
export { groupOf } from './neuron-rules/group.js';
export { SIGNED_WITH_MEMORY } from './neuron-rules/signed-with-memory.js';
export { TEMPORAL_SWITCH } from './neuron-rules/temporal-switch.js';
export { GROUP_NEURONS } from './methods/group-neurons.js';
export { COS } from './methods/cos.js';
export { CRPI } from './methods/crpi.js';
export { SNM } from './methods/snm.js';
export { SRP } from './methods/srp.js';
export { TSC } from './methods/tsc.js';
export { type NeuronMaximumRule, neuronMaximumThreshold } from './threshold-rules/neuron-maximum.js';
export {
  POOL_REPLACEMENTS,
  replaceMaxPool,
  type PoolReplacement,
} from './pool-replacements/pool-replacement.js';
export { maximumThreshold, type MaximumRule } from './threshold-rules/maximum.js';
export { percentileThreshold, type PercentileRule } from './threshold-rules/percentile.js';
export {
  chooseThreshold,
  describeThresholdRule,
  type ThresholdRule,
} from './threshold-rules/threshold-rule.js';
export { trainedBoundThreshold, type TrainedBoundRule } from './threshold-rules/trained-bound.js';
