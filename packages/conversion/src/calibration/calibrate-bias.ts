import { runNetwork, type FloatArray, type Network, type NodeValues } from '@opi-snn/network';
import { ConversionError } from '../conversion-error.js';
import { addInputCurrents } from '../input-shift.js';
import type { CalibrationRun } from './calibration-run.js';
import { prefixNetwork } from './prefix-network.js';

/**
 * Light calibration: biases that give every channel the mean output of the ANN after T steps.
 *
 *   b ← b + (mean a − mean φ(T)),   φ(T) = θ · spikes / T,   means over images and places, per channel
 *
 * Layer by layer, each with the layers before already corrected. A bias acts at every step, so that the networks of different
 * T differ; a potential that does the same once is `v0 += T · (mean a − mean φ)`.
 *
 * @param ann       the ANN, whose activations have the names of the SNN's neurons
 * @param snn       converted from it
 * @param run       calibration images and simulator
 * @param timeSteps T, integer ≥ 1
 * @returns the SNN with corrected biases; the one given is not altered
 * @throws ConversionError naming neurons that no layer feeds alone
 * @see Li et al. (ICML 2021), light pipeline
 */
export async function calibrateBias(
  ann: Network,
  snn: Network,
  run: CalibrationRun,
  timeSteps: number,
): Promise<Network> {
  const neurons = snn.description.nodes
    .filter(({ op }) => op === 'integrate-and-fire')
    .map(({ name }) => name);
  const { activations } = runNetwork(ann, run.images, { activations: neurons });
  let corrected = snn;
  for (const name of neurons) {
    corrected = await correctBias(corrected, name, { target: activations.get(name)!, run, timeSteps });
  }
  return corrected;
}

/**
 * One layer of {@link calibrateBias}.
 *
 * @param target activations of the ANN, `[images, ...neurons]`
 * @internal
 */
export async function correctBias(
  snn: Network,
  name: string,
  {
    target: { data, shape },
    run,
    timeSteps,
  }: { readonly target: NodeValues; readonly run: CalibrationRun; readonly timeSteps: number },
): Promise<Network> {
  const target = meanPerChannel(data, shape.at(-1)!);
  const response = meanPerChannel(await layerOutputs(snn, name, run, timeSteps), target.length);
  const current = Float32Array.from(target, (mean, c) => mean - response[c]!);
  const { network, problems } = addInputCurrents(snn, new Map([[name, current]]));
  if (problems.length > 0) throw new ConversionError('calibrateBias', snn.description.name, problems);
  return network;
}

/**
 * φ = θ · spikes / T of every neuron of a layer, [images, neurons].
 *
 * @internal
 */
export async function layerOutputs(
  snn: Network,
  layer: string,
  { images, count, simulate }: CalibrationRun,
  timeSteps: number,
): Promise<Float32Array> {
  const { counts } = await simulate(prefixNetwork(snn, readerOf(layer, snn)), {
    images,
    count,
    timeSteps,
    output: false,
    counted: [layer],
  });
  const theta = snn.tensors.get(`${layer}/threshold`)!.data;
  const quanta = timeSteps * membersOf(layer, snn);
  return Float32Array.from(counts.get(layer)!, (spikes, i) => (spikes * theta[i % theta.length]!) / quanta);
}

/** A node that reads the neurons and so makes them part of the simulation; one with weights reads nothing else. */
function readerOf(layer: string, { description }: Network): string {
  const readers = description.nodes.filter(
    ({ op, inputs }) => op !== 'integrate-and-fire' && inputs.includes(layer as never),
  );
  const reader = readers.find(({ op }) => op === 'conv2d' || op === 'dense') ?? readers[0]!;
  return reader.op === 'flatten' ? readerOf(reader.name, { description, tensors: new Map() }) : reader.name;
}

/** Spikes of a group carry θ/m. */
function membersOf(layer: string, { description }: Network): number {
  const node = description.nodes.find(({ name }) => name === layer);
  const emission = node?.op === 'integrate-and-fire' ? node.emission : undefined;
  return emission?.kind === 'group' ? emission.members : 1;
}

function meanPerChannel(values: FloatArray, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) sums[i % channels]! += values[i]!;
  return sums.map((sum) => (sum * channels) / values.length);
}
