import type { JsonValue, Network, NetworkNode, Tensor } from '@opi-snn/network';
import { weightedLayerBefore } from './calibration/weighted-layer-before.js';
import type { ConversionProblem } from './conversion-error.js';
import type { InputShift } from './conversion-options.js';

/** A constant current for neurons, by the name of their node: [1] or [channels] [activation per step]. */
export type NeuronCurrents = ReadonlyMap<string, Float32Array>;

/**
 * Adds a constant to the input of some neurons at every step, as bias of the layer before them.
 *
 * The layer is the convolution or dense node from which the neurons get their current: the input itself, or, behind a sum,
 * the first summand with weights. Nothing else may read it, or others would get the current too.
 *
 * @param network  batch norm folded; not altered, tensors that stay the same are shared
 * @param currents by the name of the neurons' node
 * @returns the network with changed biases, and the nodes for which there is no such layer
 */
export function addInputCurrents(
  network: Network,
  currents: NeuronCurrents,
): { readonly network: Network; readonly problems: readonly ConversionProblem[] } {
  const { description } = network;
  const tensors = new Map<string, Tensor>(network.tensors);
  const problems: ConversionProblem[] = [];
  const biased = new Set<string>();
  for (const [name, current] of currents) {
    const layer = weightedLayerBefore(name, description.nodes)?.name;
    if (layer === undefined) {
      const message = 'its input cannot be shifted: no convolution or dense layer feeds these neurons alone';
      problems.push({
        node: name,
        message,
        remedy: 'Use an initial potential instead of a shift of the input',
      });
      continue;
    }
    biased.add(layer);
    const channels = tensors.get(`${layer}/kernel`)!.shape.at(-1)!;
    const before = tensors.get(`${layer}/bias`)?.data ?? new Float32Array(channels);
    const data = before.map((value, c) => value + current[current.length === 1 ? 0 : c]!);
    tensors.set(`${layer}/bias`, { shape: [channels], data });
  }
  const nodes = description.nodes.map((node): NetworkNode => {
    const hasBias = biased.has(node.name) && (node.op === 'conv2d' || node.op === 'dense');
    return hasBias ? { ...node, bias: true } : node;
  });
  return { network: { description: { ...description, nodes }, tensors }, problems };
}

/**
 * The shift θ/(2T) that the biases of a converted network hold, as its provenance says.
 *
 * @param description of a spiking network, from {@link convertNetwork} or a file
 * @returns undefined where there is none
 */
export function recordedShift({ provenance }: Network['description']): InputShift | undefined {
  const conversion = provenance?.['conversion'] as { readonly shift?: Partial<InputShift> } | undefined;
  const { kind, timeSteps } = conversion?.shift ?? {};
  if (kind !== 'half-quantum' || !Number.isInteger(timeSteps) || timeSteps! < 1) return undefined;
  return { kind, timeSteps: timeSteps! };
}

/**
 * The same network without the shift that its biases hold, up to one rounding of each bias: what may start from a
 * potential. One without a shift comes back as it is.
 *
 * @param network a converted network; not altered, tensors that stay the same are shared
 */
export function withoutShift(network: Network): Network {
  const { description, tensors } = network;
  const shift = recordedShift(description);
  if (shift === undefined) return network;
  const neurons = description.nodes.filter(({ op }) => op === 'integrate-and-fire');
  const currents = new Map(
    neurons.map(({ name }) => [
      name,
      tensors.get(`${name}/threshold`)!.data.map((theta) => -theta / (2 * shift.timeSteps)),
    ]),
  );
  const plain = addInputCurrents(network, currents).network;
  const { shift: _, ...conversion } = plain.description.provenance!['conversion'] as Record<
    string,
    JsonValue
  >;
  const provenance = { ...plain.description.provenance, conversion };
  return { ...plain, description: { ...plain.description, provenance } };
}
