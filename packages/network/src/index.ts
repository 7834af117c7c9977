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
export { buildSmallVgg, buildVgg16, type SmallVggOptions, type Vgg16Options } from './architectures/vgg.js';
export { NetworkError, type NetworkProblem } from './network-error.js';
export { inferShapes, parameterShapes, type ParameterShapesOptions } from './shapes.js';
export { findNetworkProblems, validateNetwork } from './validate.js';
export { type InitializeOptions, initializeTensors } from './initialize-tensors.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  SafetensorsError,
} from './safetensors.js';
export { foldBatchNorm } from './fold-batch-norm.js';
