import type { Network, NetworkNode, Tensor } from '@opi-snn/network';

/**
 * Values that can only be scaled together, by node: a neuron and its input current, everything that a pool passes on, and
 * all summands of an `add`. Weights lie between groups.
 *
 * @returns for each node the name of a node that stands for its group
 */
export function scaleGroups(nodes: readonly NetworkNode[]): ReadonlyMap<string, string> {
  const parents = new Map(nodes.map(({ name }) => [name, name]));
  const find = (name: string): string => {
    const parent = parents.get(name)!;
    return parent === name ? name : find(parent);
  };
  for (const { op, name, inputs } of nodes) {
    if (op === 'conv2d' || op === 'dense') continue;
    for (const input of inputs) parents.set(find(name), find(input));
  }
  return new Map(nodes.map(({ name }) => [name, find(name)]));
}

/**
 * The same spiking network with other thresholds: Theorem 1, threshold scaling = weight normalisation, for any graph of
 * convolutions, dense layers, average pools and sums.
 *
 *   θ^l ← c^l θ^l,   W ← W c^out/c^in,   b ← b c^out
 *
 * with one c for each of {@link scaleGroups}; c = 1 for the images and for the logits. Numbers are computed in float64 and
 * rounded once: powers of two change no bit of a spike train, other factors round.
 *
 * @param snn    batch norm folded; initial potentials are fractions of θ and stay as they are; not altered
 * @param factor c of a group, by the neurons in it (in network order), finite and > 0
 * @see Bu et al. (AAAI 2022), Theorem 1
 */
export function rescaleNetwork(snn: Network, factor: (neurons: readonly string[]) => number): Network {
  const { nodes, output } = snn.description;
  const groups = scaleGroups(nodes);
  const fixed = new Set([groups.get(nodes.find(({ op }) => op === 'input')!.name)!, groups.get(output)!]);
  const factors = new Map<string, number>();
  for (const group of new Set(groups.values())) {
    const neurons = nodes.filter(({ op, name }) => op === 'integrate-and-fire' && groups.get(name) === group);
    const free = neurons.length > 0 && !fixed.has(group);
    factors.set(group, free ? factor(neurons.map(({ name }) => name)) : 1);
  }
  const factorOf = (name: string): number => factors.get(groups.get(name)!)!;
  const tensors = new Map(snn.tensors);
  const scale = (name: string, by: number): void => {
    const tensor = snn.tensors.get(name);
    if (tensor !== undefined) tensors.set(name, scaled(tensor, by));
  };
  for (const { op, name, inputs } of nodes) {
    const own = factorOf(name);
    if (op === 'conv2d' || op === 'dense') {
      scale(`${name}/kernel`, own / factorOf(inputs[0]));
      scale(`${name}/bias`, own);
    } else if (op === 'integrate-and-fire') scale(`${name}/threshold`, own);
  }
  return { ...snn, tensors };
}

function scaled({ shape, data }: Tensor, by: number): Tensor {
  return { shape, data: Float32Array.from(data, (value) => value * by) };
}
