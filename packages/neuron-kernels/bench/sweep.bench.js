/**
 * What further initial potentials of one network cost: processor time of a sweep of 1, 2, 4 and 8 members, an image.
 *
 *   node bench/sweep.bench.js [--backends LIST] [--threads N] [--repetitions N] [--json FILE]
 *
 * `alone` is as many separate runs; `further` the time of a member beyond the first, as a share of the first one. The
 * sizes take turns in one process; the least processor time of the repetitions counts. The outputs must be those of
 * separate runs.
 */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';

import { createSimulator } from '../dist/index.js';
import { request, resnet20 } from './networks.js';

const { values: options } = parseArgs({
  options: {
    backends: { type: 'string', default: 'wasm,native' },
    threads: { type: 'string', default: '1' },
    repetitions: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const SIZES = [1, 2, 4, 8];
const DENSITY = 0.15;
const IMAGES = 8;
const TIME_STEPS = 32;

/** Processor time of this process so far, all threads together [ms]. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(run) {
  const start = processorTime();
  const outputs = await run();
  return { outputs, time: (processorTime() - start) / IMAGES };
}

function assertSame(swept, alone) {
  for (const [i, { predictions }] of swept.entries()) {
    if (predictions.join() !== alone[i].predictions.join())
      throw new Error(`member ${i} must be a run of its own`);
  }
}

async function separately(simulator, shared, sets) {
  const outputs = [];
  for (const initialPotentials of sets) outputs.push(await simulator.run({ ...shared, initialPotentials }));
  return outputs;
}

async function measure(backend) {
  const { plan } = resnet20(DENSITY);
  const simulator = await createSimulator(plan, { backend, threads: Number(options.threads) });
  const { initialPotentials: first, ...shared } = request(plan, IMAGES, TIME_STEPS);
  const sets = [first, ...moreSets(plan, SIZES.at(-1) - 1)];
  const rows = SIZES.map((members) => ({
    backend: simulator.backend,
    members,
    sweep: Infinity,
    alone: Infinity,
  }));
  for (let i = 0; i <= Number(options.repetitions); i++) {
    for (const row of rows) {
      const chosen = sets.slice(0, row.members);
      const swept = await timed(() => simulator.runSweep({ ...shared, initialPotentials: chosen }));
      const alone = await timed(() => separately(simulator, shared, chosen));
      assertSame(swept.outputs, alone.outputs);
      if (i === 0) continue; // Warms up.
      row.sweep = Math.min(row.sweep, swept.time);
      row.alone = Math.min(row.alone, alone.time);
    }
  }
  await simulator.close();
  const [one] = rows;
  return rows.map((row) => ({
    ...row,
    further: row.members === 1 ? undefined : (row.sweep - one.sweep) / (row.members - 1) / one.sweep,
  }));
}

/** Potentials per neuron from other seeds. */
function moreSets(plan, count) {
  return Array.from({ length: count }, (_, i) => request(plan, IMAGES, TIME_STEPS, 3 + i).initialPotentials);
}

const rows = [];
for (const backend of options.backends.split(',')) {
  try {
    rows.push(...(await measure(backend)));
  } catch (error) {
    if (!/no such native kernels/.test(error.message)) throw error;
    console.error(`without ${backend}: ${error.message}`);
  }
}
for (const { backend, members, sweep, alone, further } of rows) {
  const share = further === undefined ? '' : `a further one ${(100 * further).toFixed(0)} % of the first`;
  console.log(
    `${backend.padEnd(13)} ${members} members  sweep ${sweep.toFixed(2).padStart(7)} ms  alone ${alone.toFixed(2).padStart(7)} ms  ` +
      `${(alone / sweep).toFixed(2)}x  ${share}`,
  );
}
if (options.json) {
  const machine = { cpu: os.cpus()[0]?.model, node: process.version, date: new Date().toISOString() };
  await writeFile(options.json, `${JSON.stringify({ machine, timeSteps: TIME_STEPS, rows }, null, 2)}\n`);
}
