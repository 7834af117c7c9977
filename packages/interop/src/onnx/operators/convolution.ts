import type { Padding, Tensor } from '@opi-snn/network';
import { type Activation, activationOf, channelsOf, isStrided, NO_PADDING } from '../activation.js';
import type { Constant } from '../constant.js';
import { applyFunction } from '../materialize.js';
import { layerName, type OperatorCall, requireImage } from '../operator-call.js';
import { kernelShape, readWindow, type Window } from '../window.js';
import { Refusal } from '../../import-error.js';
import { refuseHugeMaps } from '../../network-writer.js';
import { appendDense } from './dense.js';

/**
 * Conv: kernel [out, in / group, height, width] → [height, width, in, out]. Groups become zeros in a full kernel and
 * dilations zeros between its rows and columns, both exact. Concatenated inputs become one convolution each and a sum.
 */
export function convolution(call: OperatorCall): Activation {
  let input = call.activation(0);
  if (isStrided(input)) input = call.whole(input);
  const pixels = requireImage(input, 'Conv');
  const weights = call.constant(1, 'its kernel');
  const bias = call.optionalConstant(2, 'its bias');
  const [filters, , ...spatial] = weights.dims;
  const size = kernelShape(call, spatial);
  const groups = call.int('group', 1);
  requireKernel(call, weights, channelsOf(input), groups);
  if (bias !== undefined && bias.data.length !== filters) {
    throw new Refusal(`its bias has ${bias.data.length} numbers for ${filters!} filters`, 'Export it again');
  }
  const window = readWindow(call, size, pixels);
  refuseHugeMaps([filters!, window.rows, window.columns]);
  const kernel = fullKernel(call, weights, groups, window);
  if (input.isVector) return onOnePixel(call, input, kernel, bias, window);
  return appendConvolutions(call, input, kernel, bias, window);
}

function requireKernel(call: OperatorCall, { dims }: Constant, channels: number, groups: number): void {
  const [filters = 0, perGroup = 0] = dims;
  const isWhole = Number.isInteger(groups) && groups >= 1 && filters >= 1 && filters % groups === 0;
  const [height, width] = kernelShape(call, dims.slice(2));
  if (
    isWhole &&
    dims.length === 4 &&
    perGroup * groups === channels &&
    dims[2] === height &&
    dims[3] === width
  ) {
    return;
  }
  throw new Refusal(
    `its kernel of extents [${dims.join(', ')}] in ${groups} groups does not fit ${channels} channels`,
    'The file is damaged; export the network again',
  );
}

/** [height, width, in, out] as the network has it, groups and dilations spelled out. */
function fullKernel(call: OperatorCall, weights: Constant, groups: number, window: Window): Tensor {
  const [filters, perGroup, height, width] = weights.dims as [number, number, number, number];
  const [down, across] = window.dilations;
  const rows = (height - 1) * down + 1;
  const columns = (width - 1) * across + 1;
  const channels = perGroup * groups;
  const count = rows * columns * channels * filters;
  if (count > weights.data.length) {
    call.writer.reserve(count);
    if (groups > 1)
      call.graph.notes.add('Grouped convolutions became full ones, with zeros between the groups.');
  }
  const data = new Float32Array(count);
  const filtersPerGroup = filters / groups;
  let at = 0;
  for (let f = 0; f < filters; f++) {
    const first = Math.floor(f / filtersPerGroup) * perGroup;
    for (let c = first; c < first + perGroup; c++) {
      for (let y = 0; y < rows; y += down) {
        for (let x = 0; x < columns; x += across) {
          data[((y * columns + x) * channels + c) * filters + f] = weights.data[at++]!;
        }
      }
    }
  }
  return { shape: [rows, columns, channels, filters], data };
}

function appendConvolutions(
  call: OperatorCall,
  input: Activation,
  kernel: Tensor,
  bias: Constant | undefined,
  window: Window,
): Activation {
  const { writer } = call;
  const [height, width, , filters] = kernel.shape as [number, number, number, number];
  const padding = addPadding(input.padding, window.padding);
  const wanted = layerName(call, 1);
  const sums: string[] = [];
  let first = 0;
  for (const part of input.parts) {
    const { channels } = part;
    if (part.node !== null) {
      const from = applyFunction(part, false, writer, `${wanted}.input`);
      const hasBias = bias !== undefined && sums.length === 0;
      const data = kernelChannels(kernel, first, channels);
      const tensors: Record<string, Tensor> = {
        kernel: { shape: [height, width, channels, filters], data },
        ...(hasBias ? { bias: { shape: [filters], data: Float32Array.from(bias.data) } } : {}),
      };
      const kernelSize = [height, width] as const;
      const name = writer.uniqueName(wanted);
      const { strides } = window;
      sums.push(
        writer.append(
          { op: 'conv2d', name, inputs: [from], kernelSize, filters, strides, padding, bias: hasBias },
          tensors,
        ),
      );
    }
    first += channels;
  }
  if (sums.length === 0)
    throw new Refusal('its input is zero everywhere', 'Remove the branch and export again');
  const name =
    sums.length === 1
      ? sums[0]!
      : writer.append({ op: 'add', name: writer.uniqueName(`${wanted}.sum`), inputs: sums });
  return activationOf(name, [filters, window.rows, window.columns], 'CHW');
}

/** Input channels `first … first + channels − 1` of a kernel. */
function kernelChannels({ shape, data }: Tensor, first: number, channels: number): Float32Array {
  const [height, width, all, filters] = shape as [number, number, number, number];
  if (channels === all) return data;
  const result = new Float32Array(height * width * channels * filters);
  for (let tap = 0; tap < height * width; tap++) {
    const from = (tap * all + first) * filters;
    result.set(data.subarray(from, from + channels * filters), tap * channels * filters);
  }
  return result;
}

function addPadding(a: Padding, b: Padding): Padding {
  return {
    top: a.top + b.top,
    bottom: a.bottom + b.bottom,
    left: a.left + b.left,
    right: a.right + b.right,
  };
}

/** Behind a global average there is one pixel, which the network has as a vector: the tap that meets it is a dense layer. */
function onOnePixel(
  call: OperatorCall,
  input: Activation,
  kernel: Tensor,
  bias: Constant | undefined,
  { padding, rows, columns }: Window,
): Activation {
  const [height, width, channels, filters] = kernel.shape as [number, number, number, number];
  if (rows !== 1 || columns !== 1 || padding.top >= height || padding.left >= width) {
    throw new Refusal('it makes more than one pixel out of one', 'Use a kernel of 1x1 without padding there');
  }
  const tap = (padding.top * width + padding.left) * channels * filters;
  const data = kernel.data.slice(tap, tap + channels * filters);
  const flat: Activation = { ...input, padding: NO_PADDING };
  const name = appendDense(call, flat, { shape: [channels, filters], data }, bias);
  return activationOf(name, [filters, 1, 1], 'CHW', true);
}
