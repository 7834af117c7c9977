import { inferShapes, type Network } from '@opi-snn/network';

/** What is set of one layer. */
export interface NeuronValues {
  /** θ, [1], [channels] or [height · width · channels], > 0; absent: as it is. */
  readonly theta?: ArrayLike<number>;
  /** v0/θ, likewise; absent: as it is. */
  readonly fractions?: ArrayLike<number>;
}

/**
 * A spiking network with other thresholds or initial potentials in one layer; nothing else changes. Values are rounded to
 * float32.
 *
 * @param network not altered; unchanged tensors are shared
 * @param node    name of an integrate-and-fire node
 * @throws RangeError if the node is none, or values are not as many as the layer, its channels or its neurons
 * @example
 * setNeurons(snn, 'block1.activation1', { fractions: [0.5, 0.25, 0.75] });
 */
export function setNeurons(network: Network, node: string, { theta, fractions }: NeuronValues): Network {
  const found = network.description.nodes.find(({ name }) => name === node);
  if (found?.op !== 'integrate-and-fire') {
    throw new RangeError(
      `setNeurons: node must be the name of an integrate-and-fire node, got ${JSON.stringify(node)}.`,
    );
  }
  const layer = inferShapes(network.description).get(node)!;
  const tensors = new Map(network.tensors);
  for (const [name, values] of Object.entries({ threshold: theta, 'initial-potential': fractions })) {
    if (values === undefined) continue;
    const shape = tensorShape(values.length, layer);
    if (shape === undefined) {
      const neurons = layer.reduce((product, extent) => product * extent, 1);
      throw new RangeError(
        `setNeurons: ${name} of ${node} must have 1, ${layer.at(-1)!} or ${neurons} values, got ${values.length}.`,
      );
    }
    tensors.set(`${node}/${name}`, { shape, data: Float32Array.from(values) });
  }
  if (fractions === undefined) return { ...network, tensors };
  const nodes = network.description.nodes.map((other) =>
    other === found ? { ...found, initialPotential: { kind: 'tensor' } as const } : other,
  );
  return { description: { ...network.description, nodes }, tensors };
}

/**
 * Shape of a tensor that holds one value for the layer, one per channel or one per neuron; undefined for another number.
 *
 * @internal
 */
export function tensorShape(values: number, layer: readonly number[]): readonly number[] | undefined {
  const channels = layer.at(-1)!;
  if (values === 1 || values === channels) return [values];
  return values === layer.reduce((product, extent) => product * extent, 1) ? [...layer] : undefined;
}
