import { Refusal } from '../import-error.js';
import { type NetworkWriter, refuseHugeMaps } from '../network-writer.js';
import { type Activation, activationOf } from './activation.js';
import { type OnnxNode, type OnnxValueInfo, ONNX_DATA_TYPES } from './onnx-model.js';

/** Whether all that happens to the input is that its channels are moved to the front. */
export function isChannelsLast(nodes: readonly OnnxNode[], input: string): boolean {
  const readers = nodes.filter(({ inputs }) => inputs.includes(input));
  return (
    readers.length > 0 &&
    readers.every(({ opType, attributes }) => {
      const permutation = attributes.get('perm');
      return opType === 'Transpose' && permutation?.kind === 'ints' && permutation.value.join() === '0,3,1,2';
    })
  );
}

const FLOATING = ['float', 'float16', 'double', 'bfloat16'];

/**
 * Writes the input of a graph as a node, its shape from the file, and where that leaves it open from the options.
 *
 * @throws Refusal if it is no image of known extents
 */
export function appendInput(
  { name, dims, elementType }: OnnxValueInfo,
  layout: 'CHW' | 'HWC',
  { inputShape }: { readonly inputShape?: readonly [number, number, number] },
  writer: NetworkWriter,
): Activation {
  const type = ONNX_DATA_TYPES[elementType] ?? 'unknown';
  if (!FLOATING.includes(type)) {
    throw new Refusal(`the input has data type ${type}`, 'Export a network that takes floating-point images');
  }
  if (dims !== undefined && dims.length !== 4) {
    throw new Refusal(
      `the input has extents [${dims.slice(0, 8).join(', ')}]`,
      'Export a network that takes images [N, C, H, W]',
    );
  }
  const [, ...declared] = dims ?? ['?', '?', '?', '?'];
  const [height, width, channels] = inputShape ?? [];
  const asked = layout === 'CHW' ? [channels, height, width] : [height, width, channels];
  const extents = declared.map((extent, i) =>
    typeof extent === 'number' && extent > 0 ? extent : (asked[i] ?? 0),
  );
  if (extents.includes(0)) {
    throw new Refusal(
      `the input has extents [${(dims ?? ['unknown']).join(', ')}]`,
      'Give the open ones (--input-shape HEIGHT,WIDTH,CHANNELS)',
    );
  }
  if (inputShape !== undefined && extents.join() !== asked.join()) {
    throw new Refusal(
      `the input has extents [${(dims ?? []).join(', ')}], not ${inputShape.join('x')} (height, width, channels)`,
      'Leave --input-shape away, or give what the file says',
    );
  }
  refuseHugeMaps(extents);
  const shape =
    layout === 'HWC'
      ? ([extents[0]!, extents[1]!, extents[2]!] as const)
      : ([extents[1]!, extents[2]!, extents[0]!] as const);
  const node = writer.append({ op: 'input', name: writer.uniqueName(name), inputs: [], shape });
  return activationOf(node, extents, layout);
}
