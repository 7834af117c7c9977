/**
 * Time of a simulation: ms an image, effective GMAC/s (dense multiply-adds / time), additions per second.
 *
 *   node bench/simulate.bench.js [--backends LIST] [--precisions LIST] [--cases TEXT] [--threads N] [--repetitions N] [--json FILE]
 *
 * The backends, each in every precision, take turns in one process; the ratio is to the first of them; `--cases` takes those
 * whose name contains a text. `best` is the least processor time of a
 * repetition: on a machine that does other work as well, only it says something. The reference takes some minutes.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';

import { createSimulator } from '../dist/index.js';
import { request, resnet20, singleLayer, toInt16 } from './networks.js';

const { values: options } = parseArgs({
  options: {
    backends: { type: 'string', default: 'wasm,native' },
    precisions: { type: 'string', default: 'float32,int16' },
    cases: { type: 'string', default: '' },
    threads: { type: 'string', default: '1' },
    repetitions: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});

const cases = [
  ...[0.05, 0.1, 0.2, 0.35].map((density) => ({
    name: 'resnet-20',
    ...resnet20(density),
    density,
    images: 8,
  })),
  ...[
    [32, 16],
    [16, 32],
    [8, 64],
    [16, 192],
    [16, 8],
  ].flatMap(([side, channels]) =>
    [0.05, 0.1, 0.2, 0.35].map((density) => ({
      name: `conv3x3 ${side}x${side}x${channels}`,
      ...singleLayer(side, channels, density),
      density,
      images: channels > 64 ? 2 : 16,
    })),
  ),
];
const TIME_STEPS = 32;

function hash({ predictions, synapticOperations }) {
  const digest = createHash('sha256').update(predictions);
  return digest.update(new Uint8Array(synapticOperations.buffer)).digest('hex').slice(0, 12);
}

/** Processor time of this process so far, all threads together [ms]. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs every backend in turn, as often as asked for; returns the least processor time an image of each. */
async function measure(item, backends, threads) {
  const work = request(item.plan, item.images * threads, TIME_STEPS);
  const runs = [];
  const float32 = { plan: item.plan, request: work };
  for (const backend of backends) {
    for (const precision of options.precisions.split(',')) {
      const { plan, request: asked } = precision === 'int16' ? toInt16(item.plan, work) : float32;
      const simulator = await createSimulator(plan, { backend, threads });
      const output = await simulator.run(asked);
      runs.push({ simulator, precision, asked, output, best: Infinity, wall: Infinity });
    }
  }
  for (let i = 0; i < Number(options.repetitions); i++) {
    for (const run of runs) {
      const [processor, wall] = [processorTime(), performance.now()];
      await run.simulator.run(run.asked);
      run.best = Math.min(run.best, (processorTime() - processor) / work.batch);
      run.wall = Math.min(run.wall, (performance.now() - wall) / work.batch);
    }
  }
  await Promise.all(runs.map(({ simulator }) => simulator.close()));
  return runs.map((run) => describeRun(item, run, work.batch, runs[0].best));
}

function describeRun(item, { simulator, precision, output, best, wall }, images, first) {
  const neurons = item.plan.layers
    .slice(0, -1)
    .reduce((sum, { shape }) => sum + shape[0] * shape[1] * shape[2], 0);
  const sum = (values) => values.reduce((a, b) => a + b, 0) / images;
  const operations = sum(output.synapticOperations);
  return {
    name: item.name,
    backend: simulator.backend,
    precision,
    threads: simulator.threads,
    density: sum(output.spikes) / neurons / TIME_STEPS,
    best,
    wall,
    ratio: first / best,
    gmacPerSecond: (item.macs * TIME_STEPS) / best / 1e6,
    gigaAdditionsPerSecond: operations / best / 1e6,
    operationShare: operations / TIME_STEPS / item.macs,
    hash: hash(output),
  };
}

function show(row) {
  const { name, backend, precision, threads, density, operationShare, best, wall, gmacPerSecond } = row;
  const { gigaAdditionsPerSecond, ratio, hash: id } = row;
  console.log(
    `${name.padEnd(20)} ${backend.padEnd(13)} ${precision.padEnd(8)} x${threads}  density ${(100 * density).toFixed(1).padStart(4)} %  ` +
      `additions/MAC ${(100 * operationShare).toFixed(1).padStart(4)} %  ${best.toFixed(2).padStart(8)} ms (wall ${wall.toFixed(2)})  ` +
      `${gmacPerSecond.toFixed(1).padStart(6)} GMAC/s  ${gigaAdditionsPerSecond.toFixed(2).padStart(6)} Gadd/s  ` +
      `${ratio.toFixed(2)}x  ${id}`,
  );
}

/** The backends asked for; without native kernels, the others. */
async function availableBackends() {
  const found = [];
  for (const backend of options.backends.split(',')) {
    try {
      await (await createSimulator(cases[0].plan, { backend, threads: 1 })).close();
      found.push(backend);
    } catch (error) {
      console.error(`without ${backend}: ${error.message}`);
    }
  }
  return found;
}

const rows = [];
const backends = await availableBackends();
for (const item of cases.filter(({ name }) => name.includes(options.cases))) {
  const measured = await measure(item, backends, Number(options.threads));
  const results = new Set(measured.map(({ precision, hash }) => `${precision} ${hash}`));
  if (results.size > options.precisions.split(',').length)
    throw new Error(`${item.name}: backends must agree`);
  measured.forEach(show);
  rows.push(...measured);
}
if (options.json) {
  const machine = {
    cpu: os.cpus()[0]?.model,
    node: process.version,
    v8: process.versions.v8,
    date: new Date().toISOString(),
  };
  await writeFile(options.json, `${JSON.stringify({ machine, timeSteps: TIME_STEPS, rows }, null, 2)}\n`);
}
