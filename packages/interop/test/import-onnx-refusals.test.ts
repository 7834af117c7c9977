import { describe, expect, test } from 'vitest';
import { ImportError, importOnnx, type ImportOnnxOptions, type ImportProblem } from '../src/index.js';
import {
  type Attribute,
  type ModelSpecification,
  type TensorSpecification,
  writeOnnx,
} from './onnx-writer.js';

/** What keeps a model from being imported; fails the test if nothing does. */
function problemsOf(model: ModelSpecification, options: ImportOnnxOptions = {}): readonly ImportProblem[] {
  try {
    importOnnx(writeOnnx(model), options);
  } catch (error) {
    if (error instanceof ImportError) return error.problems;
    throw error;
  }
  throw new Error('the model was imported');
}

/** x → conv `a` (2 filters, 1x1) → the node under test → `b` → mean over the image → y. */
function around(
  type: string,
  attributes: Record<string, Attribute> = {},
  more: {
    inputs?: string[];
    tensors?: Record<string, TensorSpecification>;
    opset?: number;
    domain?: string;
  } = {},
): ModelSpecification {
  const { inputs = [], tensors = {}, opset = 18, domain } = more;
  return {
    opset,
    tensors: { 'conv.weight': { dims: [2, 3, 1, 1] }, ...tensors },
    nodes: [
      { type: 'Conv', inputs: ['x', 'conv.weight'], outputs: ['a'] },
      {
        type,
        inputs: ['a', ...inputs],
        outputs: ['b'],
        attributes,
        ...(domain === undefined ? {} : { domain }),
      },
      { type: 'GlobalAveragePool', inputs: ['b'], outputs: ['c'] },
      { type: 'Flatten', inputs: ['c'], outputs: ['y'] },
    ],
  };
}

const scalar = (value: number): TensorSpecification => ({ dims: [], values: [value] });
const list = (...integers: number[]): TensorSpecification => ({ dims: [integers.length], integers });

type Refusal = [title: string, model: ModelSpecification, message: RegExp, remedy: RegExp];

const REFUSALS: Refusal[] = [
  [
    'an unknown operator',
    around('Sigmoid'),
    /^operator Sigmoid cannot be imported$/,
    /train the network again with ReLU/,
  ],
  ['a signed activation', around('LeakyRelu'), /^operator LeakyRelu cannot/, /train the network again/],
  [
    'an operator of another domain',
    around('Relu', {}, { domain: 'com.vendor' }),
    /^operator com.vendor.Relu cannot/,
    /operators of ONNX alone/,
  ],
  [
    'normalisation by image',
    around('InstanceNormalization'),
    /InstanceNormalization cannot/,
    /batch normalization/,
  ],
  ['control flow', around('Loop'), /Loop cannot/, /one fixed path/],
  ['a quantised operator', around('QLinearConv'), /QLinearConv cannot/, /before quantization/],
  [
    'an operator without a remedy of its own',
    around('DepthToSpace'),
    /DepthToSpace cannot/,
    /importable are Add, AveragePool/,
  ],
  [
    'a bound for some channels only',
    around('Max', {}, { inputs: ['l'], tensors: { l: { dims: [2, 1, 1], values: [-Infinity, 0] } } }),
    /^it clips some channels and others not$/,
    /every channel the same/,
  ],
  [
    'an upper bound for some channels only',
    around(
      'Clip',
      {},
      { inputs: ['l', 'h'], tensors: { l: scalar(0), h: { dims: [2, 1, 1], values: [1, Infinity] } } },
    ),
    /^it bounds some channels and others not$/,
    /every channel a bound/,
  ],
  [
    'bounds of a single value',
    around('Clip', {}, { inputs: ['l', 'h'], tensors: { l: scalar(0), h: scalar(0) } }),
    /^its bounds leave a single value$/,
    /constant branch/,
  ],
  [
    'bounds that are not numbers',
    around('Clip', {}, { inputs: ['l', 'h'], tensors: { l: scalar(0), h: scalar(NaN) } }),
    /^its bounds are not numbers$/,
    /Train the bounds/,
  ],
  [
    'multiplication by zero',
    around('Mul', {}, { inputs: ['k'], tensors: { k: scalar(0) } }),
    /^it multiplies by zero/,
    /constant branch/,
  ],
  [
    'a product of two activations',
    around('Mul', {}, { inputs: ['a'] }),
    /^both its inputs depend on the image$/,
    /squeeze-and-excitation/,
  ],
  [
    'a bias for every pixel',
    around('Add', {}, { inputs: ['k'], tensors: { k: { dims: [1, 2, 4, 4] } } }),
    /^a constant of extents \[1, 2, 4, 4\] meets a value of extents \[N, 2, 4, 4\]$/,
    /per channel/,
  ],
  [
    'rounding without a half',
    around('Floor'),
    /not quantization-clip-floor-shift: the shift is 0, not 1\/2$/,
    /⌊x L\/λ \+ 1\/2⌋/,
  ],
  [
    'a dilated pool',
    around('MaxPool', { kernel_shape: [2, 2], dilations: [2, 2] }),
    /^its window is dilated$/,
    /without dilation/,
  ],
  [
    'a mean that does not count padding',
    around('AveragePool', { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }),
    /count_include_pad=0/,
    /count_include_pad=True/,
  ],
  [
    'a window larger than the input',
    around('AveragePool', { kernel_shape: [9, 9] }),
    /^its window of 9x9 is larger than the padded input of 4x4$/,
    /--input-shape/,
  ],
  [
    'a window that reaches out',
    around('MaxPool', { kernel_shape: [2, 2], strides: [3, 3], ceil_mode: 1 }),
    /^ceil_mode lets the last window reach beyond/,
    /ceil_mode=False/,
  ],
  [
    'a one-dimensional window',
    around('MaxPool', { kernel_shape: [2] }),
    /^its window has extents \[2\]$/,
    /two-dimensional/,
  ],
  [
    'strides of zero',
    around('MaxPool', { kernel_shape: [2, 2], strides: [0, 1] }),
    /^strides are \[0, 1\]$/,
    /whole numbers from 1/,
  ],
  [
    'negative pads',
    around('MaxPool', { kernel_shape: [2, 2], pads: [-1, 0, 0, 0] }),
    /^pads are \[-1, 0, 0, 0\]$/,
    /from 0 to 4096/,
  ],
  [
    'padding as large as the window',
    around('MaxPool', { kernel_shape: [2, 2], pads: [2, 2, 2, 2] }),
    /^its padding is as large as its window$/,
    /smaller padding/,
  ],
  [
    'padding by reflection',
    around('Pad', { mode: 'reflect' }, { inputs: ['p'], tensors: { p: list(0, 0, 1, 1, 0, 0, 1, 1) } }),
    /^its mode is reflect$/,
    /zeros/,
  ],
  [
    'padding with a number',
    around('Pad', {}, { inputs: ['p', 'v'], tensors: { p: list(0, 0, 1, 1, 0, 0, 1, 1), v: scalar(1) } }),
    /^it pads with 1$/,
    /zeros/,
  ],
  [
    'cropping',
    around('Pad', {}, { inputs: ['p'], tensors: { p: list(0, 0, -1, 0, 0, 0, 0, 0) } }),
    /^its pads are \[0, 0, -1/,
    /cropping/,
  ],
  [
    'padding of the batch',
    around('Pad', {}, { inputs: ['p'], tensors: { p: list(1, 0, 0, 0, 0, 0, 0, 0) } }),
    /^it pads the batch$/,
    /Remove/,
  ],
  [
    'a crop by slicing',
    around('Slice', {}, { inputs: ['s', 'e', 'x1'], tensors: { s: list(1), e: list(3), x1: list(2) } }),
    /^it crops the image$/,
    /every n-th row/,
  ],
  [
    "a part of a layer's channels",
    around('Slice', {}, { inputs: ['s', 'e', 'x1'], tensors: { s: list(0), e: list(1), x1: list(1) } }),
    /^it takes some channels of a layer$/,
    /Split the layer/,
  ],
  [
    'a backwards slice',
    around(
      'Slice',
      {},
      { inputs: ['s', 'e', 'x1', 't'], tensors: { s: list(3), e: list(-9), x1: list(2), t: list(-1) } },
    ),
    /^it slices axis 2 by steps of -1$/,
    /forwards/,
  ],
  [
    'joining along rows',
    around('Concat', { axis: 2 }, { inputs: ['a'] }),
    /^it joins along axis 2$/,
    /Only channels/,
  ],
  [
    'joining a constant',
    around('Concat', { axis: 1 }, { inputs: ['k'], tensors: { k: { dims: [1, 2, 4, 4] } } }),
    /^it joins a constant that is not zero$/,
    /Only zeros/,
  ],
  [
    'a mean over channels',
    around('ReduceMean', { axes: [1] }, { opset: 13 }),
    /^it averages over the axes \[1\]$/,
    /global average pooling/,
  ],
  [
    'a mean over everything',
    around('ReduceMean'),
    /^it averages over the axes \[all\]$/,
    /global average pooling/,
  ],
  [
    'an exchange of rows and columns',
    around('Transpose', { perm: [0, 1, 3, 2] }),
    /^it permutes the axes of \[N, 2, 4, 4\] as \[0,1,3,2\]$/,
    /channels first and channels last/,
  ],
  [
    'a reshape to pieces',
    around('Reshape', {}, { inputs: ['s'], tensors: { s: list(-1, 4, 8) } }),
    /^it reshapes \[N, 2, 4, 4\] to \[-1, 4, 8\]$/,
    /flattening each image/,
  ],
  [
    'removal of axes',
    around('Squeeze', {}, { inputs: ['s'], tensors: { s: list(2) } }),
    /^it removes the axes \[2\]/,
    /single pixel/,
  ],
  [
    'added axes',
    around('Unsqueeze', {}, { inputs: ['s'], tensors: { s: list(0) } }),
    /^it adds the axes \[0\]$/,
    /\[N, C, H, W\]/,
  ],
  ['flattening across images', around('Flatten', { axis: 2 }), /^it flattens from axis 2$/, /axis 1/],
  [
    'dropout in training',
    around('Dropout', {}, { inputs: ['', 't'], tensors: { t: { dims: [], integers: [1], dataType: 9 } } }),
    /^it drops values at random/,
    /model\.eval/,
  ],
  [
    'batch norm in training',
    around(
      'BatchNormalization',
      { training_mode: 1 },
      { inputs: ['g', 'g', 'g', 'g'], tensors: { g: { dims: [2] } } },
    ),
    /statistics of the batch at hand/,
    /model\.eval/,
  ],
  [
    'batch norm of another width',
    around('BatchNormalization', {}, { inputs: ['g', 'g', 'g', 'g'], tensors: { g: { dims: [3] } } }),
    /^its scale has 3 numbers for 2 channels$/,
    /Export/,
  ],
  [
    'negative variance',
    around(
      'BatchNormalization',
      {},
      { inputs: ['g', 'g', 'g', 'v'], tensors: { g: { dims: [2] }, v: { dims: [2], values: [-1, 1] } } },
    ),
    /^its variance is negative$/,
    /mend its statistics/,
  ],
  ['a cast to integers', around('Cast', { to: 7 }), /^it casts an activation to int64$/, /floating point/],
  [
    'weights in another file',
    around('Conv', {}, { inputs: ['w'], tensors: { w: { dims: [2, 2, 1, 1], external: true } } }),
    /^the numbers of tensor "w" are in another file \(external data\)$/,
    /save_as_external_data=False/,
  ],
  [
    'weights of unreadable type',
    around('Conv', {}, { inputs: ['w'], tensors: { w: { dims: [2, 2, 1, 1], dataType: 8 } } }),
    /^tensor "w" has data type string$/,
    /float32/,
  ],
  [
    'too few numbers',
    around('Conv', {}, { inputs: ['w'], tensors: { w: { dims: [2, 2, 3, 3], values: [1] } } }),
    /^tensor "w" of extents \[2, 2, 3, 3\] must have 36 numbers, got 1$/,
    /damaged/,
  ],
  [
    'kernels that do not fit',
    around('Conv', {}, { inputs: ['w'], tensors: { w: { dims: [2, 5, 1, 1] } } }),
    /^its kernel of extents \[2, 5, 1, 1\] in 1 groups does not fit 2 channels$/,
    /damaged/,
  ],
  [
    'a dense layer on an image',
    around('Gemm', {}, { inputs: ['w'], tensors: { w: { dims: [4, 4] } } }),
    /^Gemm needs \[N, features\], got \[N, 2, 4, 4\]$/,
    /Flatten/,
  ],
  [
    'weights computed from the image',
    around('Conv', {}, { inputs: ['a'] }),
    /^its kernel is computed from the image$/,
    /Only constant weights/,
  ],
  ['a missing input', around('Mul'), /^it has 1 inputs$/, /two values/],
  [
    'an input that nothing computes',
    around('Add', {}, { inputs: ['nowhere'] }),
    /^its input "nowhere" is computed by no node before it$/,
    /onnx\.checker/,
  ],
  [
    'sums of unequal extents',
    {
      ...around('Relu'),
      nodes: [
        { type: 'Conv', inputs: ['x', 'conv.weight'], outputs: ['a'] },
        { type: 'Add', inputs: ['a', 'x'], outputs: ['b'] },
        { type: 'GlobalAveragePool', inputs: ['b'], outputs: ['y'] },
      ],
    },
    /^it adds values of extents \[N, 2, 4, 4\] and \[N, 3, 4, 4\]$/,
    /broadcasting/,
  ],
];

describe('importOnnx', () => {
  test.each(REFUSALS)('refuses %s, naming the node and a remedy', (_, model, message, remedy) => {
    const problems = problemsOf(model);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.node).toMatch(/^(b|c|y)$/);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.remedy).toMatch(remedy);
  });

  const WHOLE: [title: string, model: ModelSpecification, options: ImportOnnxOptions, message: RegExp][] = [
    [
      'an operator set that is too old',
      { ...around('Relu'), opset: 9 },
      {},
      /^the file uses operator set 9 of ONNX$/,
    ],
    [
      'an operator set that is too new',
      { ...around('Relu'), opset: 99 },
      {},
      /^the file uses operator set 99 of ONNX$/,
    ],
    [
      'two inputs',
      { ...around('Relu'), inputs: { x: ['N', 3, 4, 4], z: ['N', 1] } },
      {},
      /^the graph has 2 inputs: "x", "z"$/,
    ],
    ['two outputs', { ...around('Relu'), outputs: ['y', 'c'] }, {}, /^the graph has 2 outputs: "y", "c"$/],
    ['an output that no node computes', around('Relu'), { output: 'z' }, /^no node computes the output "z"$/],
    [
      'an input of unknown size',
      { ...around('Relu'), inputs: { x: ['N', 3, 'h', 'w'] } },
      {},
      /^the input has extents \[N, 3, h, w\]$/,
    ],
    [
      'a size that contradicts the file',
      around('Relu'),
      { inputShape: [8, 8, 3] },
      /^the input has extents \[N, 3, 4, 4\], not 8x8x3/,
    ],
    [
      'an input that is no image',
      { ...around('Relu'), inputs: { x: ['N', 12] } },
      {},
      /^the input has extents \[N, 12\]$/,
    ],
    ['whole numbers as input', { ...around('Relu'), elementType: 2 }, {}, /^the input has data type uint8$/],
    ['an image as output', around('Relu'), { output: 'b' }, /^the output has extents \[N, 2, 4, 4\]$/],
  ];
  test.each(WHOLE)('refuses %s', (_, model, options, message) => {
    const problems = problemsOf(model, options);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.remedy).not.toBe('');
  });

  test('takes the value before a softmax when told so, which the refusal of the softmax tells', () => {
    const base = around('Relu');
    const model = {
      ...base,
      nodes: [...base.nodes, { type: 'Softmax', inputs: ['y'], outputs: ['p'] }],
      outputs: ['p'],
    };
    expect(problemsOf(model)[0]!.remedy).toBe('Logits are wanted; take "y" as the output (--output)');
    expect(importOnnx(writeOnnx(model), { output: 'y' }).network.description.nodes).toHaveLength(4);
  });

  test('takes the size of the image from the caller where the file leaves it open', () => {
    const model = { ...around('Relu'), inputs: { x: ['N', 3, 'h', 'w'] } };
    const { network } = importOnnx(writeOnnx(model), { inputShape: [6, 5, 3] });
    expect(network.description.nodes[0]).toMatchObject({ op: 'input', shape: [6, 5, 3] });
  });

  test('lists everything that cannot be imported at once, and nothing twice', () => {
    const model: ModelSpecification = {
      tensors: { w: { dims: [2, 3, 1, 1] } },
      nodes: [
        { type: 'Conv', inputs: ['x', 'w'], outputs: ['a'], attributes: { strides: [0, 0] } },
        { type: 'Elu', inputs: ['a'], outputs: ['b'] },
        { type: 'Relu', inputs: ['b'], outputs: ['c'] },
        { type: 'Tanh', inputs: ['c'], outputs: ['y'] },
      ],
    };
    expect(() => importOnnx(writeOnnx(model), { source: 'net.onnx' })).toThrow(
      /^importOnnx: net\.onnx has 3 obstacles:\n {2}a: strides are \[0, 0\]\. .*\n {2}b: operator Elu cannot be imported\.\n {2}y: operator Tanh cannot be imported\.\n {2}A spiking rate .*$/,
    );
  });

  test('ignores nodes on which the logits do not depend', () => {
    const base = around('Relu');
    const nodes = [...base.nodes, { type: 'Tanh', inputs: ['a'], outputs: ['unused'] }];
    expect(importOnnx(writeOnnx({ ...base, nodes })).network.description.nodes).toHaveLength(4);
  });

  test.each([
    ['nothing', new Uint8Array(0), /holds no graph/],
    ['text', new TextEncoder().encode('This is not a network.'), /./],
    ['a cut file', writeOnnx(around('Relu')).subarray(0, 60), /./],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => importOnnx(bytes)).toThrow(ImportError);
    expect(() => importOnnx(bytes)).toThrow(message);
  });

  test('gives names of any kind to nodes, never one twice', () => {
    const model: ModelSpecification = {
      tensors: { 'conv.weight': { dims: [3, 3, 1, 1] } },
      nodes: [
        { type: 'Conv', inputs: ['x', 'conv.weight'], outputs: ['/'] },
        { type: 'Conv', inputs: ['/', 'conv.weight'], outputs: ['x_2'] },
        { type: 'GlobalAveragePool', inputs: ['x_2'], outputs: ['y'] },
      ],
    };
    const { network } = importOnnx(writeOnnx(model));
    expect(network.description.nodes.map(({ name }) => name)).toEqual(['x', 'conv', 'conv_2', 'y']);
  });
});
