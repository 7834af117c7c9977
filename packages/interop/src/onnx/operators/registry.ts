import type { Operator } from '../operator-call.js';
import { batchNormalization } from './batch-normalization.js';
import {
  cast,
  constant,
  constantOfShape,
  dropout,
  expand,
  gather,
  identity,
  shape,
  unaryOfConstant,
} from './constants.js';
import { convolution } from './convolution.js';
import { gemm, matMul } from './dense.js';
import { affine, bound, clip, floor, negate, relu } from './elementwise.js';
import { add, concat, pad, slice } from './joining.js';
import { globalAveragePool, pool, reduceMean } from './pooling.js';
import { flatten, reshape, squeeze, transpose, unsqueeze } from './reshaping.js';

/** Operators of ONNX that can be imported, by type. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Add', add],
  ['AveragePool', pool],
  ['BatchNormalization', batchNormalization],
  ['Cast', cast],
  ['CastLike', identity],
  ['Ceil', unaryOfConstant],
  ['Clip', clip],
  ['Concat', concat],
  ['Constant', constant],
  ['ConstantOfShape', constantOfShape],
  ['Conv', convolution],
  ['Div', affine],
  ['Dropout', dropout],
  ['Expand', expand],
  ['Flatten', flatten],
  ['Floor', floor],
  ['Gather', gather],
  ['Gemm', gemm],
  ['GlobalAveragePool', globalAveragePool],
  ['Identity', identity],
  ['MatMul', matMul],
  ['Max', bound],
  ['MaxPool', pool],
  ['Min', bound],
  ['Mul', affine],
  ['Neg', negate],
  ['Pad', pad],
  ['Reciprocal', unaryOfConstant],
  ['ReduceMean', reduceMean],
  ['Relu', relu],
  ['Reshape', reshape],
  ['Shape', shape],
  ['Slice', slice],
  ['Sqrt', unaryOfConstant],
  ['Squeeze', squeeze],
  ['Sub', affine],
  ['Sum', add],
  ['Transpose', transpose],
  ['Unsqueeze', unsqueeze],
]);

const RETRAIN =
  'A spiking rate follows a clipped ReLU; train the network again with ReLU, ReLU6, a clip from 0, or QCFS';
const OWN_STATISTICS = 'Its statistics are of the image at hand; train again with batch normalization';
const CONTROL_FLOW = 'Export the network for one fixed path of computation';
const FLOAT_MODEL = 'Export the floating-point network from before quantization';

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ...['Celu', 'Elu', 'Gelu', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Mish', 'PRelu', 'Selu', 'Sigmoid'].map(
    (type) => [type, RETRAIN] as const,
  ),
  ...['Softplus', 'Softsign', 'Swish', 'Tanh', 'ThresholdedRelu', 'Erf', 'Round'].map(
    (type) => [type, RETRAIN] as const,
  ),
  ...[
    'InstanceNormalization',
    'LayerNormalization',
    'GroupNormalization',
    'LRN',
    'MeanVarianceNormalization',
  ].map((type) => [type, OWN_STATISTICS] as const),
  ...['If', 'Loop', 'Scan'].map((type) => [type, CONTROL_FLOW] as const),
  ...[
    'QuantizeLinear',
    'DequantizeLinear',
    'DynamicQuantizeLinear',
    'QLinearConv',
    'QLinearMatMul',
    'ConvInteger',
  ].map((type) => [type, FLOAT_MODEL] as const),
]);

/** What to do about an operator that cannot be imported. */
export function remedyFor(opType: string, domain: string, firstInput: string | undefined): string {
  if (domain !== '') return `Export with the operators of ONNX alone, without those of ${domain}`;
  if (opType === 'Softmax' || opType === 'LogSoftmax') {
    const before = firstInput === undefined ? 'the value before it' : JSON.stringify(firstInput);
    return `Logits are wanted; take ${before} as the output (--output)`;
  }
  return (
    REMEDIES.get(opType) ?? `Replace it before exporting; importable are ${[...OPERATORS.keys()].join(', ')}`
  );
}
