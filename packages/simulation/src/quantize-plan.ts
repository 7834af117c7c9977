import {
  currentLimits,
  hasBinarySpikes,
  INTEGER_LIMIT,
  spikeRange,
  type SpikingLayer,
  type SpikingPlan,
} from '@opi-snn/neuron-kernels';
import { CompileError, type CompileProblem } from './compile-error.js';

/**
 * θ takes at most this many grid steps: potentials from −32 θ to 32 θ then fit into 16 bits, which the fast kernels
 * need to be fast, and random v[0] into the range that they accept.
 */
const MOST_LEVELS = 1024;
/** Fewer are refused: weights would be rounded by up to 1/256 of θ each. */
const LEAST_LEVELS = 128;

/**
 * The int16 plan of a float32 plan: θ, weights and biases on one integer grid per output channel.
 *
 *   step[o] = θ[o] / Θ[o],   w'[…, o] = ⌊w[…, o] / step[o]⌉,   b'[o] = ⌊b[o] / step[o]⌉       ⌊·⌉: nearest integer
 *
 * Θ[o], an even integer, so that θ/2 is on the grid too, is the largest up to 1024 for which no pattern of spikes can
 * leave 16 bits: b' + Σ max(w', 0) ≤ 32767 and b' + Σ min(w', 0) ≥ −32767 over the whole fan-in. θ itself is exact.
 * The read-out, whose classes are compared, has one step, as fine as its 20 bits for sums and 16 for weights allow. Weights and bias of a layer that the
 * image drives stay real numbers, in grid steps: the kernels round its constant current neuron by neuron
 * (int16-arithmetic.ts of `@opi-snn/neuron-kernels`).
 *
 * @param plan a float32 plan, as `compileNetwork` makes it
 * @param network its name, for the error
 * @throws CompileError naming every layer whose grid would be too coarse, its first such channel, and a remedy
 */
export function quantizePlan(plan: SpikingPlan, network: string): SpikingPlan {
  const problems: CompileProblem[] = [];
  const layers = plan.layers.map((layer) => {
    if (!hasBinarySpikes({ ...plan, layers: [layer] })) {
      problems.push({ node: layer.name, message: `int16 has plain spikes only. ${REMEDY}` });
      return layer;
    }
    if (layer.neuron) return onGrid(layer, neuronScales(layer, layer.neuron.theta, problems));
    if (!isDriven(layer)) return onGrid(layer, readOutScales(layer));
    problems.push({ node: layer.name, message: `reads the image: int16 cannot bound its logits. ${REMEDY}` });
    return layer;
  });
  if (problems.length > 0) throw new CompileError(network, problems);
  return { ...plan, precision: 'int16', layers };
}

const REMEDY = 'Use precision float32.';

/** 1/step per channel: Θ/θ with the largest Θ that fits. */
function neuronScales(layer: SpikingLayer, theta: Float32Array, problems: CompileProblem[]): Float64Array {
  const levels = new Float64Array(theta.length).fill(MOST_LEVELS);
  const scales = (): Float64Array => levels.map((count, o) => count / theta[o]!);
  let excess = excessOf(onGrid(layer, scales()));
  // Rounding moves the sums a little: the first estimate may be a few levels too high.
  while (excess.some((factor) => factor > 1)) {
    excess.forEach((factor, o) => {
      if (factor > 1) levels[o] = Math.min(levels[o]! - 2, 2 * Math.floor(levels[o]! / factor / 2));
    });
    if (levels.some((count) => count < LEAST_LEVELS)) break;
    excess = excessOf(onGrid(layer, scales()));
  }
  const coarse = levels.findIndex((count) => count < LEAST_LEVELS);
  if (coarse >= 0) problems.push(tooCoarse(layer, coarse, levels[coarse]!));
  return scales();
}

function tooCoarse({ name }: SpikingLayer, channel: number, levels: number): CompileProblem {
  const times = Math.ceil(INTEGER_LIMIT / LEAST_LEVELS);
  return {
    node: name,
    message:
      `channel ${channel}: bias and weights of one sign must add up to at most ${times} θ, for θ to take ${LEAST_LEVELS} steps ` +
      `of a 16-bit grid; it would take ${Math.max(0, levels)}. ${REMEDY}`,
  };
}

/** 1/step, the same for all classes: the largest that fits. */
function readOutScales(layer: SpikingLayer): Float64Array {
  const ones = new Float64Array(layer.bias.length).fill(1);
  let scale = 1 / Math.max(2 ** -100, ...excessOf(layer));
  for (;;) {
    const scales = ones.map(() => scale);
    const excess = Math.max(...excessOf(onGrid(layer, scales)));
    if (excess <= 1) return scales;
    scale /= excess * (1 + 2 ** -15);
  }
}

/** Factor by which a weight, or bias and spikes of one step, can leave 16 bits, per channel; at most 1 if they cannot. */
function excessOf(layer: SpikingLayer): Float64Array {
  const { low, high } = spikeRange(layer);
  // What the image drives is saturated to the room that spikes leave.
  const bias = isDriven(layer) ? new Float32Array(low.length) : layer.bias;
  const [, most] = currentLimits(layer);
  const largest = layer.synapses.reduce((largestSoFar, synapse) => {
    if (synapse.source === 'input') return largestSoFar;
    const values = synapse.kind === 'identity' ? synapse.scale : synapse.weights;
    return values.reduce((a, b) => Math.max(a, Math.abs(b)), largestSoFar);
  }, 0);
  const excess = low.map((least, o) => Math.max(bias[o]! + high[o]!, -bias[o]! - least) / most);
  // Weights of a spiking layer fit where their sums do.
  return layer.neuron ? excess : excess.map((factor) => Math.max(factor, largest / INTEGER_LIMIT));
}

function isDriven({ synapses }: SpikingLayer): boolean {
  return synapses.some(({ source }) => source === 'input');
}

/** A layer in grid steps; what spikes add is rounded. */
function onGrid(layer: SpikingLayer, scales: Float64Array): SpikingLayer {
  const scaled = (values: Float32Array): Float32Array =>
    values.map((value, i) => value * scales[i % scales.length]!);
  const rounded = (values: Float32Array): Float32Array =>
    values.map((value, i) => Math.round(value * scales[i % scales.length]!));
  return {
    ...layer,
    step: Float32Array.from(scales, (scale) => 1 / scale),
    bias: isDriven(layer) ? scaled(layer.bias) : rounded(layer.bias),
    synapses: layer.synapses.map((synapse) => {
      if (synapse.kind === 'identity') return { ...synapse, scale: rounded(synapse.scale) };
      return { ...synapse, weights: (synapse.source === 'input' ? scaled : rounded)(synapse.weights) };
    }),
    ...(layer.neuron && { neuron: { ...layer.neuron, theta: rounded(layer.neuron.theta) } }),
  };
}
