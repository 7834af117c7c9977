import {
  kernelWindow,
  poolWindow,
  sizeOf,
  sourceShape,
  windowedSize,
  type Shape,
  type Window,
} from './geometry.js';
import { must, valuesProblems } from './plan-problem.js';
import type { Precision, SpikingLayer, SpikingPlan, Synapse } from './plan.js';
import { int16Problems } from './validate-int16.js';
import { neuronProblems } from './validate-neuron.js';

/** Predictions are stored in 16 bits. */
const CLASSES_LIMIT = 65_536;

/**
 * Requires a plan to be complete and consistent: shapes, sources, sizes of weights, finite values, θ > 0.
 *
 * @throws RangeError naming every problem found, with the layer's name
 */
export function assertPlan(plan: SpikingPlan): void {
  const problems = planProblems(plan);
  if (problems.length > 0) throw new RangeError(`createSimulator: ${problems.join(' ')}`);
}

function planProblems(plan: SpikingPlan): string[] {
  const problems: string[] = [];
  const { precision = 'float32' } = plan;
  const precisions: readonly Precision[] = ['float32', 'int16'];
  if (!precisions.includes(precision)) {
    problems.push(must('precision', "be 'float32' or 'int16'", precision));
  }
  if (!isShape(plan.inputShape)) problems.push(must('inputShape', SHAPE, plan.inputShape));
  if (plan.layers.length === 0) problems.push('layers must hold at least the read-out, got none.');
  plan.layers.forEach((layer, index) => {
    const name = `layer ${index} (${layer.name})`;
    const found = layerProblems(plan, layer, index);
    if (found.length === 0 && precision === 'int16') found.push(...int16Problems(layer));
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  });
  return problems;
}

const SHAPE = 'be three integers ≥ 1';

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function isShape(shape: readonly number[]): boolean {
  return shape.length === 3 && shape.every(isCount);
}

function layerProblems(plan: SpikingPlan, layer: SpikingLayer, index: number): string[] {
  if (!isShape(layer.shape)) return [must('shape', SHAPE, layer.shape)];
  const channels = layer.shape[2];
  const problems = valuesProblems('bias', layer.bias, channels);
  const isReadOut = index === plan.layers.length - 1;
  if (isReadOut && layer.neuron) problems.push('the last layer is the read-out and must have no neuron.');
  if (!isReadOut && !layer.neuron) problems.push('neuron must be given: only the last layer may lack it.');
  if (isReadOut && sizeOf(layer.shape) > CLASSES_LIMIT) {
    problems.push(must('the read-out', `have at most ${CLASSES_LIMIT} neurons`, sizeOf(layer.shape)));
  }
  if (layer.neuron) problems.push(...neuronProblems(layer.neuron, layer.shape));
  layer.synapses.forEach((synapse, i) => {
    const found = synapseProblems(plan, layer, index, synapse);
    problems.push(...found.map((problem) => `synapse ${i}: ${problem}`));
  });
  return problems;
}

function synapseProblems(plan: SpikingPlan, layer: SpikingLayer, index: number, synapse: Synapse): string[] {
  const { source } = synapse;
  const isEarlier =
    typeof source === 'number' && Number.isSafeInteger(source) && source >= 0 && source < index;
  if (!isEarlier && (source !== 'input' || synapse.kind === 'identity')) {
    const image = synapse.kind === 'identity' ? '' : " or 'input'";
    return [must('source', `be the index of an earlier layer${image}`, source)];
  }
  const shape = sourceShape(plan, synapse);
  if (!isShape(shape)) return []; // Reported where the shape stands.
  const windows = [
    ...windowProblems('pool', poolWindow(synapse.pool)),
    ...windowProblems('kernel', kernelWindow(synapse)),
  ];
  if (windows.length > 0) return windows;
  return [
    ...ruleProblems(plan, synapse),
    ...placeProblems(layer, synapse, shape),
    ...weightProblems(layer, synapse, shape),
  ];
}

function windowProblems(name: string, { size, strides, padding }: Window): string[] {
  const problems: string[] = [];
  if (!size.every(isCount)) problems.push(must(`${name} size`, 'be two integers ≥ 1', [...size]));
  if (!strides.every(isCount)) problems.push(must(`${name} strides`, 'be two integers ≥ 1', [...strides]));
  const sides = [padding.top, padding.bottom, padding.left, padding.right];
  if (!sides.every((side) => Number.isSafeInteger(side) && side >= 0)) {
    problems.push(must(`${name} padding`, 'be four integers ≥ 0', sides));
  }
  return problems;
}

/** A maximum is one of counts, and of what they stand for only where all spikes of a window carry the same. */
function ruleProblems(plan: SpikingPlan, { source, pool }: Synapse): string[] {
  const rules: readonly unknown[] = [undefined, 'maximum'];
  if (!rules.includes(pool?.rule)) return [must('pool rule', "be 'maximum' or absent", pool!.rule)];
  if (pool?.rule === undefined) return [];
  if (source === 'input') return ['pool rule must be absent for the image: it has no spike counts.'];
  if (plan.layers[source]!.neuron?.amplitude === undefined) return [];
  return [
    `pool rule must be absent for ${plan.layers[source]!.name}, whose spikes carry different amplitudes.`,
  ];
}

/** What the synapse makes of its source must be as large as the layer. */
function placeProblems(layer: SpikingLayer, synapse: Synapse, shape: Shape): string[] {
  const made = windowedSize(windowedSize(shape, poolWindow(synapse.pool)), kernelWindow(synapse));
  const expected = layer.shape.slice(0, 2);
  if (made[0] === expected[0] && made[1] === expected[1]) return [];
  return [must('its windows', `make [${expected.join(', ')}] places of source [${shape.join(', ')}]`, made)];
}

function weightProblems(layer: SpikingLayer, synapse: Synapse, shape: Shape): string[] {
  const channels = layer.shape[2];
  if (synapse.kind === 'convolution') {
    const [height, width] = synapse.kernelSize;
    return valuesProblems('weights', synapse.weights, height * width * shape[2] * channels);
  }
  if (shape[2] !== channels) return [must('its source', `have ${channels} channels`, shape[2])];
  return valuesProblems('scale', synapse.scale, channels);
}
