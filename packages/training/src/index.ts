export {
  type ActivationStatistics,
  measureActivations,
  type MeasureActivationsOptions,
  type MeasuredActivations,
} from './activation-statistics.js';
export { PERCENTILE_RELATIVE_ERROR } from './activation-histogram.js';
export { BackendError, selectBackend, type BackendName, type SelectedBackend } from './backend.js';
export { BATCH_NORM_MOMENTUM } from './batch-normalization.js';
export { collectActivations, type CollectedActivations } from './collect-activations.js';
export { evaluateNetwork, type EvaluateOptions, type Evaluation } from './evaluate.js';
export {
  FLAT_LIMIT,
  MINIMUM_BOUND,
  MomentumDescent,
  type MomentumDescentOptions,
} from './momentum-descent.js';
export { paperRecipe, type Recipe, shortRecipe } from './recipe.js';
export { learningRate, type Schedule } from './schedule.js';
export { type Training, trainNetwork, type TrainOptions } from './train.js';
export type { RunOptions, TrainingProgress } from './training-run.js';
export { TrainableNetwork, type ForwardOptions } from './trainable-network.js';
export { TrainingError } from './training-error.js';
export type { EpochLog } from './training-state.js';
export type { ActivationOptions } from './visit-activations.js';
