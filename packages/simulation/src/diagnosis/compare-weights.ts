import { foldBatchNorm, type Network, type NetworkNode } from '@opi-snn/network';

/** Why the current of one layer of neurons is not the ANN's pre-activation. */
export type WeightCause =
  | { readonly kind: 'unfolded-batch-norm'; readonly node: string; readonly batchNorm: string }
  | { readonly kind: 'pooling'; readonly node: string }
  | { readonly kind: 'weights'; readonly node: string }
  | { readonly kind: 'connections' };

/**
 * Looks between the neurons of a layer and the neurons before for what differs from the ANN: a convolution or dense
 * layer with the ANN's raw weights where a batch norm follows in the ANN, replaced max pooling, other weights.
 *
 * @param snn   converted from the ANN, or meant to be
 * @param ann   as it was trained, batch norms not folded
 * @param layer name of the neurons and of the activation
 * @returns the first difference on the way from the neurons before; connections when every node is the same
 */
export function compareWeights(snn: Network, ann: Network, layer: string): WeightCause {
  const folded = foldBatchNorm(ann);
  for (const node of nodesBefore(snn, layer)) {
    const original = ann.description.nodes.find(({ name }) => name === node.name);
    if (original?.op === 'max-pool' && node.op === 'average-pool')
      return { kind: 'pooling', node: node.name };
    if (node.op !== 'conv2d' && node.op !== 'dense') continue;
    if (sameWeights(snn, folded, node.name)) continue;
    const batchNorm = ann.description.nodes.find(
      (one) => one.op === 'batch-norm' && one.inputs[0] === node.name,
    );
    if (batchNorm !== undefined && sameTensor(snn, ann, `${node.name}/kernel`)) {
      return { kind: 'unfolded-batch-norm', node: node.name, batchNorm: batchNorm.name };
    }
    return { kind: 'weights', node: node.name };
  }
  return { kind: 'connections' };
}

/** Linear nodes between a layer and the neurons (or the image) before it, in the order of the network. */
export function nodesBefore({ description }: Network, layer: string): readonly NetworkNode[] {
  const byName = new Map(description.nodes.map((node) => [node.name, node]));
  const found = new Set<string>();
  const open = [...byName.get(layer)!.inputs];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = byName.get(name)!;
    if (found.has(name) || node.op === 'integrate-and-fire' || node.op === 'input') continue;
    found.add(name);
    open.push(...node.inputs);
  }
  return description.nodes.filter(({ name }) => found.has(name));
}

function sameWeights(a: Network, b: Network, node: string): boolean {
  return sameTensor(a, b, `${node}/kernel`) && sameTensor(a, b, `${node}/bias`);
}

/** Equal numbers, both absent, or one absent and the other zeros. */
function sameTensor(a: Network, b: Network, name: string): boolean {
  const [left, right] = [a.tensors.get(name)?.data, b.tensors.get(name)?.data];
  if (left === undefined || right === undefined)
    return (left ?? right ?? new Float32Array()).every((v) => v === 0);
  return left.length === right.length && left.every((value, i) => value === right[i]);
}
