// How the time of a simulation grows with T, batch, width, density and threads: docs/performance.json and docs/performance-*.svg.
//   pnpm build && pnpm setup:native && node bench/growth.js [--repetitions 3] [--draw]
// Networks with random weights (packages/neuron-kernels/bench/networks.js). Times are the least processor time of the
// repetitions, all threads together: on a machine that does other work as well, only it says something. --draw draws what
// was measured before.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { request, resnet20, singleLayer } from '../packages/neuron-kernels/bench/networks.js';
import { createSimulator } from '../packages/neuron-kernels/dist/index.js';
import { drawGrowth } from './growth-figures.js';

const { values: options } = parseArgs({
  options: { repetitions: { type: 'string', default: '3' }, draw: { type: 'boolean' } },
});
const FILE = fileURLToPath(new URL('../docs/performance.json', import.meta.url));
const BACKENDS = ['wasm', 'native'];
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Least processor time an image [ms], and additions an image, of a plan. */
async function measure(plan, { backend, batch = 4, timeSteps = 16, threads = 1 }) {
  const simulator = await createSimulator(plan, { backend, threads });
  const work = request(plan, batch, timeSteps);
  let output = await simulator.run(work);
  let best = Infinity;
  for (let i = 0; i < Number(options.repetitions); i++) {
    const used = process.cpuUsage();
    output = await simulator.run(work);
    const { user, system } = process.cpuUsage(used);
    best = Math.min(best, (user + system) / 1000 / batch);
  }
  await simulator.close();
  return {
    backend: simulator.backend,
    milliseconds: best,
    additions: sum(output.synapticOperations) / batch,
    density: sum(output.spikes) / batch / timeSteps / neuronsOf(plan),
  };
}

function neuronsOf({ layers }) {
  return sum(layers.slice(0, -1).map(({ shape: [height, width, channels] }) => height * width * channels));
}

/** One row per value and backend. */
async function series(name, values, setUp) {
  const rows = [];
  for (const value of values) {
    for (const backend of BACKENDS) {
      const { plan, ...settings } = setUp(value);
      rows.push({ value, ...(await measure(plan, { backend, ...settings })) });
    }
    console.error(name, value);
  }
  return rows;
}

const network = resnet20(0.15).plan;

async function measureAll() {
  const side = 16;
  const layer = (channels, density) => singleLayer(side, channels, density).plan;
  const densities = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
  return {
    steps: await series('T', [1, 2, 4, 8, 16, 32, 64, 128], (timeSteps) => ({ plan: network, timeSteps })),
    batch: await series('batch', [1, 2, 4, 8, 16, 32], (batch) => ({ plan: network, timeSteps: 8, batch })),
    width: await series('width', [8, 16, 24, 32, 48, 64, 96, 128, 192, 256], (channels) => ({
      plan: layer(channels, 0.1),
    })),
    density16: await series('density, 16 channels', densities, (density) => ({ plan: layer(16, density) })),
    density64: await series('density, 64 channels', densities, (density) => ({ plan: layer(64, density) })),
    density192: await series('density, 192 channels', densities, (density) => ({
      plan: layer(192, density),
    })),
    threads: await series('threads', [1, 2, 4], (threads) => ({
      plan: network,
      timeSteps: 8,
      batch: 16,
      threads,
    })),
  };
}

if (!options.draw) {
  const measured = await measureAll();
  const machine = { processor: cpus()[0]?.model, processors: cpus().length, node: process.version };
  const document = { date: new Date().toISOString(), machine, series: measured };
  await writeFile(FILE, `${JSON.stringify(document, null, 2)}\n`);
}
await drawGrowth(JSON.parse(await readFile(FILE, 'utf8')).series);
