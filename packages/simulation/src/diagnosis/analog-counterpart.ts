import type { Network } from '@opi-snn/network';

/**
 * The ANN with a spiking network's own weights: every layer of neurons becomes a ReLU of the same name. With activations
 * given in place of its own it shows what the spiking network's weights make of them.
 *
 * @param network an SNN; tensors are shared with it
 */
export function analogCounterpart({ description, tensors }: Network): Network {
  const nodes = description.nodes.map((node) =>
    node.op === 'integrate-and-fire' ? ({ op: 'relu', name: node.name, inputs: node.inputs } as const) : node,
  );
  const neurons = new Set(
    description.nodes.filter(({ op }) => op === 'integrate-and-fire').map(({ name }) => name),
  );
  // What belongs to neurons, such as thresholds, has no meaning for a ReLU.
  const kept = [...tensors].filter(([name]) => !neurons.has(name.slice(0, name.lastIndexOf('/'))));
  return { description: { ...description, nodes }, tensors: new Map(kept) };
}
