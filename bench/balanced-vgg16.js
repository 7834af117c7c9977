// VGG-16 with seeded weights and realistic densities, for measurements that need its size and not its accuracy: no trained
// VGG-16 is committed, and its weights (130 MB) are made in seconds.
import { convertWithMethod } from '../packages/conversion/dist/index.js';
import { buildVgg16, initializeTensors, runNetwork } from '../packages/network/dist/index.js';

/**
 * A spiking VGG-16 (width 1, 10 classes) whose layers fire at about `density`.
 *
 * Weights as for training (`initializeTensors`). Then, layer by layer on the images given: batch norm takes the mean and
 * variance that it meets, and the bound λ of an activation becomes the one at which the mean of min(max(x, 0), λ) is
 * `density` · λ, which is what the rate of the converted neurons tends to. The mean of each logit becomes 0.
 *
 * @param images  [n, 32, 32, 3], normalised; four are enough
 * @param density share of neurons that fire in a step, in (0, 0.5)
 */
export function balancedVgg16(images, { seed = 1, density = 0.1 } = {}) {
  const description = buildVgg16({ classes: 10 });
  const tensors = new Map(initializeTensors(description, { seed }));
  const values = new Map();
  for (const node of description.nodes) {
    if (node.op === 'input') {
      values.set(node.name, { shape: node.shape, data: images });
      continue;
    }
    const input = values.get(node.inputs[0]);
    if (node.op === 'batch-norm') setMoments(tensors, node.name, input);
    if (node.op === 'clip')
      tensors.get(`${node.name}/bound`).data[0] = boundFor(positive(input.data), input.data.length, density);
    const output = computeAlone(node, input, tensors);
    // Otherwise one class would win for every image, and predictions would say nothing.
    if (node.name === description.output) centre(tensors.get(`${node.name}/bias`).data, output);
    values.set(node.name, output);
  }
  return convertWithMethod({ description, tensors }, 'opi').network;
}

/** Output of one node for all images, computed as a network of its own. */
function computeAlone(node, { shape, data }, tensors) {
  // A network's input is an image: features enter as one pixel.
  const image = {
    op: 'input',
    name: 'image',
    inputs: [],
    shape: shape.length === 1 ? [1, 1, ...shape] : shape,
  };
  const features = shape.length === 1 ? [{ op: 'flatten', name: 'features', inputs: ['image'] }] : [];
  const [source] = [image, ...features].slice(-1);
  const description = {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: node.name,
    nodes: [image, ...features, { ...node, inputs: [source.name] }],
    output: node.name,
  };
  const own = new Map([...tensors].filter(([name]) => name.startsWith(`${node.name}/`)));
  const { output } = runNetwork({ description, tensors: own }, data);
  return { shape: output.shape.slice(1), data: output.data };
}

/** Biases for which the mean of each logit is 0. */
function centre(bias, { data }) {
  data.forEach((value, i) => (bias[i % bias.length] -= value / (data.length / bias.length)));
}

function setMoments(tensors, name, { shape, data }) {
  const channels = shape.at(-1);
  const mean = tensors.get(`${name}/mean`).data.fill(0);
  const variance = tensors.get(`${name}/variance`).data.fill(0);
  const places = data.length / channels;
  data.forEach((value, i) => (mean[i % channels] += value / places));
  data.forEach((value, i) => (variance[i % channels] += (value - mean[i % channels]) ** 2 / places));
}

function positive(values) {
  return values.filter((value) => value > 0).sort();
}

/** λ with Σ min(x, λ) = density · λ · count, for ascending positive x: the left side grows slower than the right. */
function boundFor(ascending, count, density) {
  let [low, high] = [0, ascending.at(-1) / density];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const sum = ascending.reduce((total, x) => total + Math.min(x, middle), 0);
    if (sum > density * middle * count) low = middle;
    else high = middle;
  }
  return high;
}
