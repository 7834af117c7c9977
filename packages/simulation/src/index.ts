export { accuracyAt, correctAt } from './accuracy.js';
export { type CompiledNetwork, compileNetwork } from './compile.js';
export { CompileError, type CompileProblem } from './compile-error.js';
export { createRunner, type NetworkRunner, type RunnerOptions } from './create-runner.js';
export { imagesInMemory, type ImageSource } from './image-source.js';
export { predictionHash, type Predictions } from './prediction-hash.js';
export type { RecordRequest, RunOptions } from './run-options.js';
export { simulateNetwork } from './simulate-network.js';
export type { FirstSpikes, LayerActivity, MembraneTrace, Simulation, SpikeCounts } from './simulation.js';
export { type AnnLayerValues, type ErrorMoments, type LayerError, measureError } from './measure-error.js';
export {
  countMultiplyAccumulates,
  countSpikingOperations,
  type MultiplyAccumulates,
  type SpikingOperations,
} from './operations.js';
