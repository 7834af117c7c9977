export { ImportError, type ImportProblem } from './import-error.js';
export { importOnnx, OPSETS, type ImportedNetwork, type ImportOnnxOptions } from './onnx/import-onnx.js';
export { type NumpyArray, readNpz } from './npz.js';
export { type LogitComparison, toNhwc, verifyLogits } from './verify-logits.js';
