import { inferShapes, runNetwork, type Network, type NetworkNode, type NodeValues } from '@opi-snn/network';
import { layerOutputs } from './calibrate-bias.js';
import type { CalibrationRun } from './calibration-run.js';
import { descendWeights, type DescentOptions, type WeightSample } from './descend-weights.js';
import { inputPatches } from './input-patches.js';
import { prefixNetwork } from './prefix-network.js';
import { weightedLayerBefore } from './weighted-layer-before.js';

/** Values of patches kept of a layer, at most: 64 MiB. */
const VALUES = 2 ** 24;
/** Images whose currents of every step are in memory at once. */
const BATCH = 8;

/** What weights are calibrated by. */
export interface WeightCalibration {
  /** Activations of the ANN at the layer, `[images, ...neurons]`. */
  readonly target: NodeValues;
  readonly run: CalibrationRun;
  readonly timeSteps: number;
  readonly descent: DescentOptions;
}

/**
 * Changes the weights before one layer so that its spiking answer to what the layers before really send comes nearer to the
 * ANN's: {@link descendWeights} on the mean inputs over T steps.
 *
 * @param snn converted; not altered
 * @returns the same network where no layer with weights feeds the neurons alone, or where it reads a sum
 * @internal
 */
export async function calibrateWeights(
  snn: Network,
  neurons: string,
  { target, run, timeSteps, descent }: WeightCalibration,
): Promise<Network> {
  const { nodes } = snn.description;
  const layer = weightedLayerBefore(neurons, nodes);
  const source = layer && (await meanInput(snn, layer.inputs[0], run, timeSteps));
  if (source === undefined) return snn;
  const kernel = snn.tensors.get(`${layer!.name}/kernel`)!;
  const channels = kernel.shape.at(-1)!;
  const length = kernel.data.length / channels;
  const every = Math.ceil((target.data.length / channels) * (length / VALUES));
  const { inputs, places } = inputPatches(layer!, source, every);
  const currents = await meanCurrent(snn, neurons, run, timeSteps);
  const rows = (values: ArrayLike<number>): Float32Array => pick(values, places, channels);
  const z = rows(currents);
  const sample: WeightSample = {
    inputs,
    offsets: z.map((value, i) => value - product(inputs, kernel.data, i, { channels, length })),
    targets: rows(target.data),
    potentials: rows(potentialsOf(snn, neurons, target.shape)),
    theta: Float32Array.from({ length: channels }, (_, c) => thetaOf(snn, neurons, c)),
    timeSteps,
  };
  const { kernel: data } = descendWeights(kernel.data, sample, descent);
  const tensors = new Map(snn.tensors).set(`${layer!.name}/kernel`, { shape: kernel.shape, data });
  return { ...snn, tensors };
}

/** Mean over T steps of what a node puts out: neurons, an image, or poolings and flattenings of them; else undefined. */
async function meanInput(
  snn: Network,
  name: string,
  run: CalibrationRun,
  timeSteps: number,
): Promise<{ readonly values: Float32Array; readonly shape: readonly number[] } | undefined> {
  const shapes = inferShapes(snn.description);
  const chain: NetworkNode[] = [];
  let node = snn.description.nodes.find((one) => one.name === name)!;
  while (node.op !== 'integrate-and-fire' && node.op !== 'input') {
    if (!PASSED.includes(node.op)) return undefined;
    chain.unshift(node);
    const [before] = node.inputs;
    node = snn.description.nodes.find((one) => one.name === before)!;
  }
  const values = node.op === 'input' ? run.images : await layerOutputs(snn, node.name, run, timeSteps);
  const shape = shapes.get(node.name)!;
  const [height, width, channels] = shape;
  if (chain.length === 0 || width === undefined || channels === undefined) return { values, shape };
  const input: NetworkNode = { op: 'input', name: node.name, inputs: [], shape: [height!, width, channels] };
  const { format, formatVersion } = snn.description;
  const description = { format, formatVersion, name, nodes: [input, ...chain], output: name };
  const { output } = runNetwork({ description, tensors: new Map() }, values);
  return { values: output.data, shape: shapes.get(name)! };
}

/** Nodes whose mean output is the same node of the mean input; of a maximum gated by rate that is what gating is. */
const PASSED: readonly NetworkNode['op'][] = ['average-pool', 'max-pool', 'global-average-pool', 'flatten'];

/** Mean over T steps of the input current of every neuron, [images, neurons]. */
async function meanCurrent(
  snn: Network,
  neurons: string,
  { images, count, simulate }: CalibrationRun,
  timeSteps: number,
): Promise<Float32Array> {
  const input = snn.description.nodes.find(({ name }) => name === neurons)!.inputs[0]!;
  const before = prefixNetwork(snn, input);
  const isConstant = !before.description.nodes.some(({ op }) => op === 'integrate-and-fire');
  if (isConstant) return runNetwork(before, images).output.data;
  const pixels = images.length / count;
  const parts: Float32Array[] = [];
  for (let first = 0; first < count; first += BATCH) {
    const length = Math.min(BATCH, count - first);
    const part = images.subarray(first * pixels, (first + length) * pixels);
    const request = { images: part, count: length, timeSteps, output: true, counted: [] };
    const { output } = await simulate(before, request);
    const size = output.length / (length * timeSteps);
    for (let i = 0; i < length; i++) {
      const last = ((i + 1) * timeSteps - 1) * size;
      parts.push(output.slice(last, last + size).map((sum) => sum / timeSteps));
    }
  }
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** v0 of every neuron of every image [activation]. */
function potentialsOf(snn: Network, neurons: string, [images, ...shape]: readonly number[]): Float32Array {
  const node = snn.description.nodes.find(({ name }) => name === neurons)!;
  const own = snn.tensors.get(`${neurons}/initial-potential`)?.data;
  const kind = node.op === 'integrate-and-fire' ? node.initialPotential : undefined;
  const common = kind?.kind === 'fraction' ? kind.fraction : 0;
  const size = shape.reduce((all, extent) => all * extent, 1);
  return Float32Array.from({ length: images! * size }, (_, i) => {
    const neuron = i % size;
    return (own?.[neuron % own.length] ?? common) * thetaOf(snn, neurons, neuron);
  });
}

function thetaOf({ tensors }: Network, neurons: string, neuron: number): number {
  const { data } = tensors.get(`${neurons}/threshold`)!;
  return data[neuron % data.length]!;
}

/** Rows of values `[places, channels]`. */
function pick(values: ArrayLike<number>, places: Uint32Array, channels: number): Float32Array {
  return Float32Array.from(
    { length: places.length * channels },
    (_, i) => values[places[Math.floor(i / channels)]! * channels + (i % channels)]!,
  );
}

/** One element of the matrix product of inputs and kernel. */
function product(
  inputs: Float32Array,
  kernel: Float32Array,
  at: number,
  { channels, length }: { readonly channels: number; readonly length: number },
): number {
  const [row, c] = [Math.floor(at / channels), at % channels];
  let sum = 0;
  for (let k = 0; k < length; k++) sum += inputs[row * length + k]! * kernel[k * channels + c]!;
  return sum;
}
