import fc from 'fast-check';

import { sizeOf, windowedSize, type Shape } from '../src/geometry.js';
import type {
  LayerPotential,
  PlanPool,
  SimulationRequest,
  SpikingLayer,
  SpikingPlan,
  Synapse,
} from '../src/index.js';

/** A plan and a request for it. */
export interface Case {
  readonly plan: SpikingPlan;
  readonly request: SimulationRequest;
}

/** Uniform numbers in [0, 1) from a seed (mulberry32); the tests' own generator, not the product's. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

const side = fc.integer({ min: 1, max: 6 });
/** Below, at and above the block of 16, the limit of 32 grouped channels, and several words. */
const channels = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(31, 32, 33, 64, 65, 81) },
);

interface LayerChoice {
  readonly channels: number;
  readonly source: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly isSame: boolean;
  readonly pool: readonly [number, number, number] | undefined;
  readonly hasIdentity: boolean;
  readonly reset: 'subtraction' | 'zero';
}

const small = fc.integer({ min: 1, max: 3 });
const layerChoice: fc.Arbitrary<LayerChoice> = fc.record({
  channels,
  source: fc.nat({ max: 3 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(small, small),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  isSame: fc.boolean(),
  pool: fc.option(fc.tuple(fc.integer({ min: 1, max: 3 }), small, fc.nat(1)), { nil: undefined, freq: 3 }),
  hasIdentity: fc.boolean(),
  reset: fc.constantFrom('subtraction', 'zero'),
});

/** Networks of every shape the kernels know, with enough drive that some neurons spike and some do not. */
export const arbitraryCase: fc.Arbitrary<Case> = fc
  .record({
    seed: fc.integer(),
    input: fc.tuple(side, side, fc.integer({ min: 1, max: 5 })),
    layers: fc.array(layerChoice, { minLength: 1, maxLength: 3 }),
    readOut: layerChoice,
    batch: fc.integer({ min: 1, max: 3 }),
    timeSteps: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 70 })),
    isPerNeuron: fc.boolean(),
    drive: fc.constantFrom(0.2, 0.6, 1.5),
  })
  .map(({ seed, input, layers: choices, readOut, batch, timeSteps, isPerNeuron, drive }) => {
    const random = randomNumbers(seed);
    const layers: SpikingLayer[] = [];
    choices.forEach((choice) => layers.push(buildLayer(input, layers, choice, random, drive)));
    const { name, shape, synapses, bias } = buildLayer(input, layers, readOut, random, drive);
    const plan: SpikingPlan = { inputShape: input, layers: [...layers, { name, shape, synapses, bias }] };
    const initialPotentials = layers.map((layer) => potential(layer, batch, isPerNeuron, random));
    const images = floats(batch * sizeOf(input), () => 2 * random() - 0.5);
    const neurons = sizeOf(layers[0]!.shape);
    const record = {
      logits: true,
      spikeCountsAt: [timeSteps, 1, Math.ceil(timeSteps / 2)],
      membrane: [
        { layer: layers.length, neurons: [0] },
        { layer: 0, neurons: [neurons - 1, Math.floor(neurons / 2)] },
      ],
    };
    return { plan, request: { images, batch, timeSteps, initialPotentials, record } };
  });

function floats(length: number, next: () => number): Float32Array {
  return Float32Array.from({ length }, next);
}

function buildLayer(
  input: Shape,
  layers: readonly SpikingLayer[],
  choice: LayerChoice,
  random: () => number,
  drive: number,
): SpikingLayer {
  const source = layers.length === 0 ? 'input' : (choice.source % (layers.length + 1)) - 1;
  const from = source === 'input' || source === -1 ? ('input' as const) : source;
  const shape = from === 'input' ? input : layers[from]!.shape;
  const synapse = convolution(from, shape, choice, random, drive);
  const [height, width] = windowedSize(windowedSize(shape, synapse.pool ?? ONE), {
    size: synapse.kernelSize,
    strides: synapse.strides,
    padding: synapse.padding,
  });
  const made: Shape = [height, width, choice.channels];
  return {
    name: `layer ${layers.length}`,
    shape: made,
    synapses: [synapse, ...further(made, layers, choice, random, drive)],
    bias: floats(made[2], () => (random() - 0.4) * 0.5),
    neuron: { theta: floats(made[2], () => 0.2 + random()), reset: choice.reset },
  };
}

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const ONE: PlanPool = { size: [1, 1], strides: [1, 1], padding: NONE };

function convolution(
  source: number | 'input',
  shape: Shape,
  choice: LayerChoice,
  random: () => number,
  drive: number,
): Synapse & { kind: 'convolution' } {
  const pool = choice.pool && fittingPool(shape, choice.pool);
  const pooled = windowedSize(shape, pool ?? ONE);
  const wanted = choice.isSame ? ([3, 3] as const) : choice.kernel;
  const [top, bottom, left, right] = choice.isSame ? [1, 1, 1, 1] : choice.padding;
  const kernelSize = [
    Math.min(wanted[0], pooled[0] + top + bottom),
    Math.min(wanted[1], pooled[1] + left + right),
  ] as const;
  const fanIn = kernelSize[0] * kernelSize[1] * shape[2];
  const scale = (drive * 2) / Math.sqrt(fanIn);
  return {
    kind: 'convolution',
    source,
    ...(pool && { pool }),
    kernelSize,
    strides: choice.isSame ? [1, 1] : choice.strides,
    padding: { top, bottom, left, right },
    weights: floats(fanIn * choice.channels, () => (random() - 0.35) * scale),
  };
}

function fittingPool(
  [height, width]: Shape,
  [size, stride, before]: readonly [number, number, number],
): PlanPool {
  return {
    size: [Math.min(size, height), Math.min(size, width)],
    strides: [stride, stride],
    padding: { top: before, bottom: 0, left: before, right: 0 },
  };
}

/** An identity from every earlier layer that fits, and a 1x1 convolution from the image where it fits. */
function further(
  made: Shape,
  layers: readonly SpikingLayer[],
  choice: LayerChoice,
  random: () => number,
  drive: number,
): Synapse[] {
  if (!choice.hasIdentity) return [];
  return layers.flatMap(({ shape }, source): Synapse[] => {
    if (shape[0] !== made[0] || shape[1] !== made[1]) return [];
    if (shape[2] === made[2]) return [{ kind: 'identity', source, scale: floats(made[2], random) }];
    const one = { ...choice, isSame: false, kernel: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] } as const;
    return [convolution(source, shape, { ...one, pool: undefined }, random, drive)];
  });
}

function potential(
  { shape, neuron }: SpikingLayer,
  batch: number,
  isPerNeuron: boolean,
  random: () => number,
): LayerPotential {
  if (!isPerNeuron) return { kind: 'per-channel', values: neuron!.theta.map((theta) => theta / 2) };
  return { kind: 'per-neuron', values: floats(batch * sizeOf(shape), () => random() - 0.2) };
}
