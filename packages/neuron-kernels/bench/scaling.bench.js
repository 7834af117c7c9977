/**
 * How much faster several threads are than one, by the clock: ResNet-20 with random weights at 15 % density, T = 32.
 *
 *   node bench/scaling.bench.js [--backends wasm,native] [--threads 2] [--images 64] [--repetitions 8]
 *
 * One thread and several take turns, and the least time of each counts: other programs can only slow one down. What a pair
 * of independent processes reaches says what the machine leaves over: `--pair` runs one such simulation in each of as many
 * processes as threads, and prints how many of them one after the other would take as long.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { createSimulator } from '../dist/index.js';
import { request, resnet20 } from './networks.js';

const { values: options } = parseArgs({
  options: {
    backends: { type: 'string', default: 'wasm,native' },
    threads: { type: 'string', default: '2' },
    images: { type: 'string', default: '64' },
    repetitions: { type: 'string', default: '8' },
    pair: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
  },
});
const repetitions = Number(options.repetitions);
const { plan } = resnet20(0.15);
const asked = request(plan, Number(options.images), 32);

async function elapsed(simulator) {
  const begun = performance.now();
  await simulator.run(asked);
  return performance.now() - begun;
}

async function scaling(backend) {
  const one = await createSimulator(plan, { backend, threads: 1 });
  const several = await createSimulator(plan, { backend, threads: Number(options.threads) });
  const best = { one: Infinity, several: Infinity };
  for (let i = 0; i <= repetitions; i++) {
    // The first round compiles the kernels and fills the caches.
    const [alone, together] = [await elapsed(one), await elapsed(several)];
    if (i === 0) continue;
    best.one = Math.min(best.one, alone);
    best.several = Math.min(best.several, together);
  }
  await Promise.all([one.close(), several.close()]);
  return best;
}

/** Least milliseconds of one thread in a process of its own. */
async function inProcess(backend) {
  const given = ['--alone', '--backends', backend, '--images', options.images];
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return Number(text);
}

for (const backend of options.backends.split(',')) {
  if (options.alone) {
    const simulator = await createSimulator(plan, { backend, threads: 1 });
    let best = Infinity;
    for (let i = 0; i <= repetitions; i++) best = Math.min(best, await elapsed(simulator));
    console.log(best);
    await simulator.close();
    continue;
  }
  if (options.pair) {
    const alone = await inProcess(backend);
    const many = await Promise.all(Array.from({ length: Number(options.threads) }, () => inProcess(backend)));
    const speed = many.reduce((sum, milliseconds) => sum + alone / milliseconds, 0);
    console.log(`${backend}: ${options.threads} processes do the work of ${speed.toFixed(2)} alone`);
    continue;
  }
  const { one, several } = await scaling(backend);
  const perImage = (milliseconds) => (milliseconds / asked.batch).toFixed(2);
  console.log(
    `${backend}: ${perImage(one)} ms an image on one thread, ${perImage(several)} on ${options.threads}: ` +
      `${(one / several).toFixed(2)} times as fast`,
  );
}
