export type * from './description.js';
export type * from './network.js';
export type * from './tensor.js';
export type { ActivationChoice, ArchitectureOptions } from './architectures/options.js';
export { type ArchitectureBuilder, ARCHITECTURES, buildArchitecture } from './architectures/registry.js';
export {
  buildCifarResNet,
  buildResNet18,
  buildResNet20,
  buildResNet32,
  buildResNet44,
  buildResNet56,
  type CifarResNetOptions,
} from './architectures/resnet.js';
export {
  buildSmallVgg,
  buildTorchvisionVgg16,
  buildTorchvisionVgg16Bn,
  buildVgg16,
  type SmallVggOptions,
  type Vgg16Options,
} from './architectures/vgg.js';
export { NetworkError, type NetworkProblem } from './network-error.js';
export { inferShapes, parameterShapes, type ParameterShapesOptions } from './shapes.js';
export { countMultiplyAccumulates, type MultiplyAccumulates } from './multiply-accumulates.js';
export { findNetworkProblems, validateNetwork } from './validate.js';
export { type InitializeOptions, initializeTensors } from './initialize-tensors.js';
export { cutNetwork } from './cut-network.js';
export { foldBatchNorm } from './fold-batch-norm.js';
export { foldRateNorm } from './fold-rate-norm.js';
export { rateNormThreshold } from './rate-norm-threshold.js';
export { runNetwork, type NetworkRun, type NodeValues, type RunNetworkOptions } from './forward.js';
export type { FloatArray } from './forward-nodes.js';
export { decodeNetwork, encodeNetwork, type EncodeNetworkOptions } from './checkpoint.js';
export { loadNetwork, loadSafetensors, saveNetwork, saveSafetensors } from './checkpoint-file.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type DecodeOptions,
  type SafetensorsContent,
  type SafetensorsInput,
  type SafetensorsTensor,
} from './safetensors.js';
export { SAFETENSORS_DTYPES, type SafetensorsArrays, type SafetensorsDtype } from './safetensors-dtypes.js';
export { decodeBfloat16, decodeFloat16 } from './float16.js';
export { SafetensorsError, type SafetensorsProblem } from './safetensors-error.js';
export { hashTensors } from './hash-tensors.js';
