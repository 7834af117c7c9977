export { accuracyAt, correctAt } from './accuracy.js';
export { type CompiledNetwork, compileNetwork } from './compile.js';
export { CompileError, type CompileProblem } from './compile-error.js';
export { createRunner, type NetworkRunner, type RunnerOptions } from './create-runner.js';
export { type GridReport, type LayerSpikes, reportGrid } from './grid-report.js';
export { imagesInMemory, type ImageSource } from './image-source.js';
export { predictionHash, type Predictions } from './prediction-hash.js';
export {
  runTemporalSwitch,
  type SwitchActivity,
  type TemporalSwitchOptions,
  type TemporalSwitchRun,
} from './temporal-switch.js';
export { quantizePlan } from './quantize-plan.js';
export type { RecordRequest } from './record-request.js';
export type { RunOptions, SweepMember, SweepOptions } from './run-options.js';
export { simulateNetwork } from './simulate-network.js';
export type {
  FirstSpikes,
  LayerActivity,
  LayerTime,
  MembraneTrace,
  Simulation,
  SpikeCounts,
} from './simulation.js';
export { type AnnLayerValues, type ErrorMoments, type LayerError, measureError } from './measure-error.js';
export { type DriveVisitor, measureDrive, type MeasureDriveOptions } from './measure-drive.js';
export {
  type ConstantOperations,
  countConstantOperations,
  countSpikingOperations,
  type SpikingOperations,
} from './operations.js';
export { analogCounterpart } from './diagnosis/analog-counterpart.js';
export { applySuggestion } from './diagnosis/apply-suggestion.js';
export { compareWeights, type WeightCause } from './diagnosis/compare-weights.js';
export { type Defect, findDefects } from './diagnosis/find-defects.js';
export { type DiagnosedValues, LayerMeter } from './diagnosis/layer-meter.js';
export type { LayerProfile } from './diagnosis/layer-profile.js';
export { ActivationScale } from './diagnosis/activation-scale.js';
export { suggest, type Suggestion } from './diagnosis/suggest.js';
export { estimateEnergy, type EnergyEstimate, type SpikingEnergy } from './energy.js';
export { type EnergyTable, HOROWITZ_45_NM, type OperationEnergy } from './energy-table.js';
