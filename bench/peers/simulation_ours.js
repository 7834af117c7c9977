// Times our simulation of one case, backend by backend; prints one JSON document. simulation.js beside this file runs it.
//   node simulation_ours.js --case FOLDER [--programs wasm,native,wasm-int16,native-int16,reference] [--threads 1]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { countMultiplyAccumulates, loadNetwork } from '../../packages/network/dist/index.js';
import { createRunner, imagesInMemory } from '../../packages/simulation/dist/index.js';

const { values: given } = parseArgs({
  options: {
    case: { type: 'string' },
    programs: { type: 'string', default: 'wasm,native' },
    threads: { type: 'string', default: '1' },
  },
});

const about = JSON.parse(await readFile(join(given.case, 'case.json'), 'utf8'));
const network = await loadNetwork(join(given.case, 'network.safetensors'));
const bytes = await readFile(join(given.case, 'images.f32'));
const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const images = imagesInMemory(pixels, about.imageShape);
const { timeSteps } = about;

async function measure(program) {
  const [backend, precision] = program.split('-');
  const runner = await createRunner(network, {
    backend,
    threads: Number(given.threads),
    ...(precision !== undefined && { precision }),
  });
  const count = backend === 'reference' ? Math.min(about.referenceImages, about.images) : about.images;
  const indices = Array.from({ length: count }, (_, i) => i);
  // Compiles the kernels and fills the caches.
  if (backend !== 'reference') await runner.run(images, { timeSteps, indices: indices.slice(0, 4) });
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const run = await runner.run(images, { timeSteps, indices });
  const { user, system } = process.cpuUsage(used);
  const wall = performance.now() - begun;
  await runner.close();
  if (precision !== undefined && run.precision !== precision)
    throw new Error(`there is no --precision ${precision}`);
  return { run, measured: describe(program, run, { wall, cpu: (user + system) / 1000 }) };
}

function describe(program, run, milliseconds) {
  const n = run.indices.length;
  return {
    variant: `ours ${program}`,
    kernels: run.backend,
    images: n,
    batch: run.batchSize,
    msPerImage: { wall: milliseconds.wall / n, cpu: milliseconds.cpu / n },
    predictions: Array.from({ length: n }, (_, i) => run.predictions[(i + 1) * timeSteps - 1]),
  };
}

/** Share of neurons that spike in a step, and additions an image and step, layer by layer. */
function activity({ layers, indices }) {
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  return layers.map(({ name, neurons, spikes, synapticOperations }) => ({
    name,
    neurons,
    density: total(spikes) / (neurons * indices.length * timeSteps),
    additions: total(synapticOperations) / (indices.length * timeSteps),
  }));
}

const variants = [];
const left = [];
let layers;
for (const program of given.programs.split(',')) {
  try {
    const { run, measured } = await measure(program);
    variants.push(measured);
    layers ??= activity(run);
  } catch (error) {
    left.push({ variant: `ours ${program}`, reason: error.message.split('\n')[0] });
  }
}
const macs = countMultiplyAccumulates(network.description).total;
console.log(JSON.stringify({ node: process.version, macs, layers, variants, left }));
