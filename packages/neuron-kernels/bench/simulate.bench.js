/**
 * Time of a simulation: ms an image, effective GMAC/s (dense multiply-adds / time), additions per second.
 *
 *   node bench/simulate.bench.js [--reference] [--threads N] [--repetitions N] [--json FILE]
 *
 * `--reference` adds the baseline row, which takes some minutes.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';

import { createSimulator } from '../dist/index.js';
import { request, resnet20, singleLayer } from './networks.js';

const { values: options } = parseArgs({
  options: {
    reference: { type: 'boolean', default: false },
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

async function measure(item, backend, threads) {
  const images = backend === 'reference' ? 1 : item.images * threads;
  const simulator = await createSimulator(item.plan, { backend, threads });
  const work = request(item.plan, images, TIME_STEPS);
  let output = await simulator.run(work);
  const times = [];
  for (let i = 0; i < (backend === 'reference' ? 1 : Number(options.repetitions)); i++) {
    const start = performance.now();
    output = await simulator.run(work);
    times.push((performance.now() - start) / images);
  }
  await simulator.close();
  times.sort((a, b) => a - b);
  const ms = times[Math.floor(times.length / 2)];
  const neurons = item.plan.layers
    .slice(0, -1)
    .reduce((sum, { shape }) => sum + shape[0] * shape[1] * shape[2], 0);
  const sum = (values) => values.reduce((a, b) => a + b, 0) / images;
  const operations = sum(output.synapticOperations);
  return {
    name: item.name,
    backend: simulator.backend,
    threads: simulator.threads,
    density: sum(output.spikes) / neurons / TIME_STEPS,
    ms,
    fastest: times[0],
    gmacPerSecond: (item.macs * TIME_STEPS) / ms / 1e6,
    gigaAdditionsPerSecond: operations / ms / 1e6,
    operationShare: operations / TIME_STEPS / item.macs,
    hash: hash(output),
  };
}

const rows = [];
for (const item of cases) {
  const baseline = options.reference ? await measure(item, 'reference', 1) : undefined;
  const row = await measure(item, 'wasm', Number(options.threads));
  if (baseline) rows.push({ ...baseline, ratio: 1 });
  rows.push({ ...row, ...(baseline && { ratio: baseline.ms / row.ms }) });
  for (const {
    name,
    backend,
    threads,
    density,
    ms,
    fastest,
    gmacPerSecond,
    gigaAdditionsPerSecond,
    operationShare,
    ratio,
    hash: id,
  } of rows.slice(baseline ? -2 : -1)) {
    console.log(
      `${name.padEnd(20)} ${backend.padEnd(9)} x${threads}  density ${(100 * density).toFixed(1).padStart(4)} %  ` +
        `additions/MAC ${(100 * operationShare).toFixed(1).padStart(4)} %  ${ms.toFixed(2).padStart(8)} ms (best ${fastest.toFixed(2)})  ` +
        `${gmacPerSecond.toFixed(1).padStart(6)} GMAC/s  ${gigaAdditionsPerSecond.toFixed(2).padStart(6)} Gadd/s` +
        `${ratio ? `  ${ratio.toFixed(0)}x` : ''}  ${id}`,
    );
  }
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
