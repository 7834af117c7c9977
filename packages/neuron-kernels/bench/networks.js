/** Networks with the shapes of real ones and random weights; thresholds set the density of their spikes. */
import { spikeRange } from '../dist/index.js';

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function randomNumbers(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SAME = { top: 1, bottom: 1, left: 1, right: 1 };
const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

function convolution(random, source, kernel, stride, inputs, outputs) {
  const fanIn = kernel * kernel * inputs;
  const scale = 2 * Math.sqrt(3 / fanIn);
  return {
    kind: 'convolution',
    source,
    kernelSize: [kernel, kernel],
    strides: [stride, stride],
    padding: kernel === 1 ? NONE : SAME,
    weights: Float32Array.from({ length: fanIn * outputs }, () => (random() - 0.5) * scale),
  };
}

/**
 * Layers whose neurons fire at about `density` in every step: the bias alone gives that rate (θ = 1), weights scatter
 * around zero.
 */
function layer(name, shape, synapses, density, gain = 1) {
  const weaken = (synapse) =>
    synapse.kind === 'identity'
      ? { ...synapse, scale: synapse.scale.map((s) => s * gain) }
      : { ...synapse, weights: synapse.weights.map((w) => w * gain) };
  return {
    name,
    shape,
    synapses: synapses.map(weaken),
    bias: new Float32Array(shape[2]).fill(density),
    neuron: { theta: new Float32Array(shape[2]).fill(1), reset: 'subtraction' },
  };
}

function readOut(random, source, side, channels) {
  const synapse = convolution(random, source, 1, 1, channels, 10);
  const pool = { size: [side, side], strides: [1, 1], padding: NONE };
  return {
    name: 'read-out',
    shape: [1, 1, 10],
    synapses: [{ ...synapse, pool, weights: synapse.weights.map((w) => w / (side * side)) }],
    bias: new Float32Array(10),
  };
}

/** ResNet-20 for 32x32x3 images (40.8 MMAC), the block's residual an identity or a strided 1x1 convolution. */
export function resnet20(density, seed = 1) {
  const random = randomNumbers(seed);
  const gain = 0.1;
  const layers = [layer('stem', [32, 32, 16], [convolution(random, 'input', 3, 1, 3, 16)], density, gain)];
  let macs = 32 * 32 * 16 * 27;
  let [side, channels] = [32, 16];
  for (const width of [16, 32, 64]) {
    for (let block = 0; block < 3; block++) {
      const stride = width > channels ? 2 : 1;
      const source = layers.length - 1;
      side /= stride;
      const shape = [side, side, width];
      const name = `${width}.${block}`;
      layers.push(
        layer(`${name}.1`, shape, [convolution(random, source, 3, stride, channels, width)], density, gain),
      );
      const shortcut =
        stride === 1
          ? { kind: 'identity', source, scale: new Float32Array(width).fill(1) }
          : convolution(random, source, 1, stride, channels, width);
      const second = [convolution(random, source + 1, 3, 1, width, width), shortcut];
      layers.push(layer(`${name}.2`, shape, second, density, gain));
      macs += side * side * width * (9 * channels + 9 * width + (stride === 2 ? channels : 0));
      channels = width;
    }
  }
  layers.push(readOut(random, layers.length - 1, side, channels));
  return { plan: { inputShape: [32, 32, 3], layers }, macs: macs + channels * 10 };
}

/** One 3x3 layer between a source of given density and a read-out: what a single kernel reaches. */
export function singleLayer(side, channels, density, seed = 1) {
  const random = randomNumbers(seed);
  const source = layer('source', [side, side, channels], [], density);
  const target = layer(
    'target',
    [side, side, channels],
    [convolution(random, 0, 3, 1, channels, channels)],
    density,
    0.1,
  );
  const plan = { inputShape: [1, 1, 1], layers: [source, target, readOut(random, 1, side, channels)] };
  return { plan, macs: side * side * channels * channels * 9 };
}

/**
 * The int16 plan of such a plan, and its request: θ takes up to 1024 steps of the layer's grid, fewer where the sums of 16
 * bits would not do.
 */
export function toInt16(plan, asked) {
  const scales = plan.layers.map((layer) => {
    const { low, high } = spikeRange(layer);
    return Math.min(1024, 32_000 / Math.max(...high, ...low.map((v) => -v)) - 1);
  });
  const layers = plan.layers.map((layer, i) => onGrid(layer, Math.floor(scales[i] / 2) * 2 || scales[i]));
  const initialPotentials = asked.initialPotentials.map(({ kind, values }, i) => {
    return { kind, values: values.map((v) => v * layers[i].neuron.theta[0]) };
  });
  return { plan: { ...plan, precision: 'int16', layers }, request: { ...asked, initialPotentials } };
}

function onGrid(layer, scale) {
  const scaled = (values) => values.map((value) => value * scale);
  const rounded = (values) => values.map((value) => Math.round(value * scale));
  const isDriven = layer.synapses.some(({ source }) => source === 'input');
  return {
    ...layer,
    step: layer.bias.map(() => 1 / scale),
    bias: isDriven ? scaled(layer.bias) : rounded(layer.bias),
    synapses: layer.synapses.map((synapse) => {
      if (synapse.kind === 'identity') return { ...synapse, scale: rounded(synapse.scale) };
      return { ...synapse, weights: (synapse.source === 'input' ? scaled : rounded)(synapse.weights) };
    }),
    ...(layer.neuron && { neuron: { ...layer.neuron, theta: rounded(layer.neuron.theta) } }),
  };
}

/** Images and potentials (uniform in [0, θ), so that neurons fire at different steps) for a plan. */
export function request(plan, batch, timeSteps, seed = 2) {
  const random = randomNumbers(seed);
  const size = (shape) => batch * shape.reduce((product, extent) => product * extent, 1);
  const uniform = (length) => Float32Array.from({ length }, random);
  return {
    images: uniform(size(plan.inputShape)),
    batch,
    timeSteps,
    initialPotentials: plan.layers
      .slice(0, -1)
      .map(({ shape }) => ({ kind: 'per-neuron', values: uniform(size(shape)) })),
  };
}
