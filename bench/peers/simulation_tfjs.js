// Times a dense step loop in TensorFlow.js on native TensorFlow (tfjs-node); prints one JSON document, or why it cannot run.
//   node simulation_tfjs.js --case FOLDER [--threads N]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { loadNetwork } from '../../packages/network/dist/index.js';
import { selectBackend } from '../../packages/training/dist/index.js';

const { values: given } = parseArgs({ options: { case: { type: 'string' }, threads: { type: 'string' } } });
if (given.threads !== undefined) {
  for (const name of ['OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'])
    process.env[name] = given.threads;
}
const BATCH = 50;

const about = JSON.parse(await readFile(join(given.case, 'case.json'), 'utf8'));
const bytes = await readFile(join(given.case, 'images.f32'));
const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const { description, tensors } = await loadNetwork(join(given.case, 'network.safetensors'));

/** Nodes as functions of (tf, their inputs, the potentials of this run); spikes carry θ. */
function prepare(tf) {
  const constants = new Map([...tensors].map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]));
  const of = (node, name) => constants.get(`${node.name}/${name}`);
  const biased = (node, x) => (of(node, 'bias') ? tf.add(x, of(node, 'bias')) : x);
  const window = ({ padding: p }) => [
    [0, 0],
    [p.top, p.bottom],
    [p.left, p.right],
    [0, 0],
  ];
  const compute = {
    conv2d: (node, [x]) => biased(node, tf.conv2d(x, of(node, 'kernel'), node.strides, window(node))),
    dense: (node, [x]) => biased(node, tf.matMul(x, of(node, 'kernel'))),
    add: (node, inputs) => tf.addN(inputs),
    'average-pool': (node, [x]) => tf.avgPool(x, node.size, node.strides, 'valid'),
    'global-average-pool': (node, [x]) => tf.mean(x, [1, 2]),
    flatten: (node, [x]) => tf.reshape(x, [x.shape[0], -1]),
    'integrate-and-fire': (node, [x], potentials) => {
      const theta = of(node, 'threshold');
      const v = potentials.get(node.name) ?? tf.mul(theta, node.initialPotential.fraction);
      const u = tf.add(v, x);
      const output = tf.mul(theta, tf.cast(tf.greaterEqual(u, theta), 'float32'));
      potentials.set(node.name, tf.keep(tf.sub(u, output)));
      v.dispose();
      return output;
    },
  };
  return (node, inputs, potentials) => compute[node.op](node, inputs, potentials);
}

function runBatch(tf, compute, data, count) {
  const images = tf.tensor(data, [count, ...about.imageShape]);
  const potentials = new Map();
  let logits;
  for (let t = 0; t < about.timeSteps; t++) {
    logits = tf.tidy(() => {
      const values = new Map();
      for (const node of description.nodes) {
        const inputs = node.inputs.map((name) => values.get(name));
        values.set(node.name, node.op === 'input' ? images : compute(node, inputs, potentials));
      }
      const current = values.get(description.output);
      return logits === undefined ? tf.clone(current) : tf.add(logits, current);
    });
  }
  for (const v of potentials.values()) v.dispose();
  return [...logits.argMax(1).dataSync()];
}

try {
  const { tf } = await selectBackend('tensorflow');
  const compute = prepare(tf);
  const size = pixels.length / about.images;
  const batch = Math.min(BATCH, about.images);
  const predictions = [];
  const run = (first) => {
    tf.engine().startScope();
    const count = Math.min(batch, about.images - first);
    const found = runBatch(tf, compute, pixels.slice(first * size, (first + count) * size), count);
    tf.engine().endScope();
    return found;
  };
  run(0);
  const [begun, used] = [performance.now(), process.cpuUsage()];
  for (let first = 0; first < about.images; first += batch) predictions.push(...run(first));
  const { user, system } = process.cpuUsage(used);
  const [wall, cpu] = [performance.now() - begun, (user + system) / 1000].map((ms) => ms / about.images);
  const variant = {
    variant: 'tfjs-node',
    images: about.images,
    batch,
    msPerImage: { wall, cpu },
    predictions,
  };
  console.log(JSON.stringify({ versions: { tfjs: tf.version_core }, variants: [variant] }));
} catch (error) {
  console.log(JSON.stringify({ variants: [], left: [{ variant: 'tfjs-node', reason: error.message }] }));
}
