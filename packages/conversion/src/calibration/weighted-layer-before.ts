import type { Conv2dNode, DenseNode, NetworkNode } from '@opi-snn/network';

/**
 * The convolution or dense layer that feeds some neurons and nothing else: their input itself, or, where that is a sum, the
 * first summand with weights.
 *
 * @param neurons name of their node
 * @returns undefined if there is none, or if others read it
 * @internal
 */
export function weightedLayerBefore(
  neurons: string,
  nodes: readonly NetworkNode[],
): Conv2dNode | DenseNode | undefined {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readers = (name: string): number =>
    nodes.filter(({ inputs }) => inputs.includes(name as never)).length;
  const find = (name: string): Conv2dNode | DenseNode | undefined => {
    const node = byName.get(name)!;
    if (readers(name) !== 1) return undefined;
    if (node.op === 'conv2d' || node.op === 'dense') return node;
    if (node.op !== 'add') return undefined;
    for (const input of node.inputs) {
      const found = find(input);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(byName.get(neurons)!.inputs[0]!);
}
