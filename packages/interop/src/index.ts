export { ImportError, type ImportProblem } from './import-error.js';
export { importOnnx, type ImportedNetwork, type ImportOnnxOptions } from './onnx/import-onnx.js';
export { OPSETS } from './onnx/find-graph-problems.js';
export { type NumpyArray, readNpz } from './npz.js';
export { type LogitComparison, toNhwc, verifyLogits } from './verify-logits.js';
export {
  importStateDict,
  type ImportedStateDict,
  type ImportStateDictOptions,
} from './state-dict/import-state-dict.js';
export type { KeyMatch, KeyMatching } from './state-dict/match-keys.js';
export { readStateDict, type ReadStateDictOptions } from './state-dict/read-state-dict.js';
export type { StateDict, StateTensor } from './state-dict/state-dict.js';
export { importTfjs, type ImportTfjsOptions } from './keras/import-tfjs.js';
export { importKeras, type ImportKerasOptions } from './keras/import-keras.js';
