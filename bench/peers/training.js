// Training steps here and in PyTorch, in turns on the same machine:
//   node bench/peers/training.js --python PYTHON [--networks resnet20,vgg16] [--batch 128] [--rounds 3]
//                                [--repetitions 5] [--threads N] [--backend tensorflow] [--out FILE.json]
// PYTHON: an interpreter with requirements.txt installed. Every round runs ours, then PyTorch in both memory formats, in
// fresh processes; of all rounds' medians the best counts, since other processes can only slow a step down. The ratio is
// ours to the faster format's: samples per second by the clock, and per second of processor time, which is what remains
// comparable on a machine that is busy: then with --threads 1, since several threads that wait for each other use
// processor time as well.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    networks: { type: 'string', default: 'resnet20,vgg16' },
    batch: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '3' },
    repetitions: { type: 'string', default: '5' },
    threads: { type: 'string' },
    backend: { type: 'string', default: 'tensorflow' },
    out: { type: 'string' },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);

const THREAD_SETTINGS = ['OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'];
const env = {
  ...process.env,
  ...(values.threads && Object.fromEntries(THREAD_SETTINGS.map((name) => [name, values.threads]))),
};

const PROGRAMS = {
  ours: (network) => [
    process.execPath,
    [here('../../packages/training/bench/step.bench.js'), '--backend', values.backend, ...common(network)],
  ],
  pytorch: (network) => [values.python, [here('training_step.py'), ...common(network)]],
};

function common(network) {
  return ['--networks', network, '--batch', values.batch, '--repetitions', values.repetitions];
}

/** One program's JSON document for one network. */
async function measure(program, network) {
  const [command, given] = PROGRAMS[program](network);
  const { stdout } = await run(command, given, { env, maxBuffer: 1 << 24 }).catch((error) => {
    throw new Error(
      `${program} (${command}) failed: ${error.stderr || error.message}\nNeeded: pnpm build, pnpm setup:tensorflow, and ` +
        `an interpreter with bench/peers/requirements.txt as --python.`,
    );
  });
  // TensorFlow's own lines come first.
  return JSON.parse(stdout.slice(stdout.indexOf('{\n')));
}

/** Samples per second by variant (`ours`, `pytorch contiguous`, …): the best median of all rounds. */
async function measureNetwork(network) {
  const best = new Map();
  const versions = {};
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const program of Object.keys(PROGRAMS)) {
      const { networks, ...about } = await measure(program, network);
      versions[program] = about;
      for (const { format, samplesPerSecond: wall, samplesPerCpuSecond: cpu } of networks) {
        const variant = format === undefined ? program : `${program} ${format}`;
        const before = best.get(variant) ?? { wall: 0, cpu: 0 };
        best.set(variant, { wall: Math.max(before.wall, wall), cpu: Math.max(before.cpu, cpu) });
        console.error(`${network}, round ${round} of ${values.rounds}: ${variant} ${wall} (${cpu})`);
      }
    }
  }
  const batchSize = Number(values.batch);
  return { network, batchSize, samplesPerSecond: Object.fromEntries(best), ratio: ratios(best), versions };
}

function ratios(best) {
  const peers = [...best].filter(([variant]) => variant !== 'ours').map(([, rates]) => rates);
  const ratio = (kind) =>
    Math.round((100 * best.get('ours')[kind]) / Math.max(...peers.map((rates) => rates[kind]))) / 100;
  return { wall: ratio('wall'), cpu: ratio('cpu') };
}

const results = [];
for (const network of values.networks.split(',')) results.push(await measureNetwork(network));
for (const { network, samplesPerSecond, ratio } of results) {
  console.log(`\n${network}, batch ${values.batch}: samples a second (a second of processor time)`);
  for (const [variant, { wall, cpu }] of Object.entries(samplesPerSecond))
    console.log(`  ${variant.padEnd(22)} ${wall.toFixed(1).padStart(8)}  (${cpu.toFixed(1)})`);
  console.log(`  ours / PyTorch         ${ratio.wall.toFixed(2).padStart(8)}  (${ratio.cpu.toFixed(2)})`);
}
const document = {
  date: new Date().toISOString(),
  processor: cpus()[0]?.model,
  processors: cpus().length,
  rounds: Number(values.rounds),
  repetitions: Number(values.repetitions),
  threads: values.threads ?? 'default',
  results,
};
if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(document, null, 2)}\n`);
