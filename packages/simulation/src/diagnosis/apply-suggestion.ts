import { foldBatchNorm, type Network, type NetworkNode } from '@opi-snn/network';
import type { Suggestion } from './suggest.js';

/**
 * The network with a suggestion carried out; the given one is not altered.
 *
 * @param ann the ANN it came from, whose folded weights repair other ones
 * @throws RangeError if the ANN has no node of that name to take the weights from
 */
export function applySuggestion(network: Network, suggestion: Suggestion, ann: Network): Network {
  switch (suggestion.kind) {
    case 'threshold':
      return withThreshold(network, suggestion.layer, suggestion.factor);
    case 'weights':
      return withWeights(network, suggestion.node, foldBatchNorm(ann));
    case 'potential':
      return withNodes(network, (node) =>
        node.op === 'integrate-and-fire'
          ? { ...node, initialPotential: { kind: 'fraction', fraction: 0.5 } }
          : node,
      );
  }
}

function withThreshold(network: Network, layer: string, factor: number): Network {
  const name = `${layer}/threshold`;
  const { shape, data } = network.tensors.get(name)!;
  const threshold = { shape, data: data.map((theta) => theta * factor) };
  return { ...network, tensors: new Map([...network.tensors, [name, threshold]]) };
}

function withWeights(network: Network, node: string, folded: Network): Network {
  const original = folded.description.nodes.find(({ name }) => name === node);
  const kernel = folded.tensors.get(`${node}/kernel`);
  if (original === undefined || kernel === undefined || !('bias' in original)) {
    throw new RangeError(
      `applySuggestion: ann must have the layer ${node}. Give the ANN that was converted.`,
    );
  }
  const tensors = new Map([...network.tensors, [`${node}/kernel`, kernel]]);
  tensors.delete(`${node}/bias`);
  if (original.bias) tensors.set(`${node}/bias`, folded.tensors.get(`${node}/bias`)!);
  const changed = withNodes(network, (one) =>
    one.name === node && 'bias' in one ? { ...one, bias: original.bias } : one,
  );
  return { ...changed, tensors };
}

function withNodes(network: Network, change: (node: NetworkNode) => NetworkNode): Network {
  return {
    ...network,
    description: { ...network.description, nodes: network.description.nodes.map(change) },
  };
}
