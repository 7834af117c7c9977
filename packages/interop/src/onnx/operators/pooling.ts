import {
  type Activation,
  activationOf,
  channelsOf,
  imageDims,
  isPadded,
  isStrided,
  NO_PADDING,
  type Part,
} from '../activation.js';
import { applyFunction } from '../materialize.js';
import { type OperatorCall, requireImage } from '../operator-call.js';
import { IDENTITY } from '../scalar-function.js';
import { kernelShape, readWindow } from '../window.js';
import { Refusal } from '../../import-error.js';
import { refuseHugeMaps } from '../../network-writer.js';

/** AveragePool and MaxPool. */
export function pool(call: OperatorCall): Activation {
  const isMaximum = call.node.opType === 'MaxPool';
  let input = call.activation(0);
  if (isStrided(input) || isPadded(input)) input = call.whole(input);
  const pixels = requireImage(input, call.node.opType);
  const size = kernelShape(call);
  const window = readWindow(call, size, pixels);
  const { padding, strides, rows, columns } = window;
  if (window.dilations.some((dilation) => dilation !== 1)) {
    throw new Refusal('its window is dilated', 'Use pooling without dilation');
  }
  const borders = padding.top + padding.bottom + padding.left + padding.right;
  if (!isMaximum && borders > 0 && call.int('count_include_pad', 0) === 0) {
    throw new Refusal(
      'its mean leaves the padding out of the count at the border (count_include_pad=0)',
      'Use count_include_pad=True, or no padding',
    );
  }
  const deep =
    padding.top >= size[0] ||
    padding.bottom >= size[0] ||
    padding.left >= size[1] ||
    padding.right >= size[1];
  if (isMaximum && deep) {
    throw new Refusal('its padding is as large as its window', 'Use a smaller padding');
  }
  if (input.isVector) {
    if (borders === 0 && rows === 1 && columns === 1) return input;
    throw new Refusal('it pools the one pixel behind a global average', 'Remove it');
  }
  const channels = channelsOf(input);
  refuseHugeMaps([channels, rows, columns]);
  const parts = input.parts.map((part): Part => {
    if (part.node === null) return part;
    const from = applyFunction(part, false, call.writer, `${call.wanted}.input`);
    const op = isMaximum ? 'max-pool' : 'average-pool';
    const name = call.writer.uniqueName(call.wanted);
    call.writer.append({ op, name, inputs: [from], size, strides, padding });
    return { ...part, node: name, function: IDENTITY, sole: true };
  });
  const dims = imageDims('CHW', channels, rows, columns);
  return { ...input, dims, parts, padding: NO_PADDING };
}

/** GlobalAveragePool: [C, H, W] → [C, 1, 1]. */
export function globalAveragePool(call: OperatorCall): Activation {
  const input = call.activation(0);
  requireImage(input, 'GlobalAveragePool');
  return averageOverImage(call, input, true);
}

/** ReduceMean over both spatial axes, the only one that a network has. */
export function reduceMean(call: OperatorCall): Activation {
  const input = call.activation(0);
  const rank = input.dims.length + 1;
  const axes = call.intsOrInput('axes', 1)?.map((axis) => (axis < 0 ? axis + rank : axis));
  const spatial = input.layout === 'HWC' ? [1, 2] : [2, 3];
  const sorted = [...(axes ?? [])].sort((a, b) => a - b);
  if (input.layout === 'vector' || sorted.join() !== spatial.join()) {
    throw new Refusal(
      `it averages over the axes [${axes?.join(', ') ?? 'all'}]`,
      'Only the mean over both spatial axes (global average pooling) can be imported',
    );
  }
  return averageOverImage(call, input, call.int('keepdims', 1) !== 0);
}

function averageOverImage(call: OperatorCall, value: Activation, keepsAxes: boolean): Activation {
  const input = isStrided(value) || isPadded(value) ? call.whole(value) : value;
  const channels = channelsOf(input);
  const parts = input.parts.map((part): Part => {
    if (part.node === null || input.isVector) return part;
    const from = applyFunction(part, false, call.writer, `${call.wanted}.input`);
    const name = call.writer.uniqueName(call.wanted);
    call.writer.append({ op: 'global-average-pool', name, inputs: [from] });
    return { ...part, node: name, function: IDENTITY, sole: true };
  });
  const layout = keepsAxes ? input.layout : 'vector';
  const dims = keepsAxes ? imageDims(layout, channels, 1, 1) : [channels];
  return { ...activationOf('', dims, layout, true), parts };
}
