// Simulations here and elsewhere, in turns on the same machine, of the same network file on the same images:
//   node bench/peers/simulation.js [--python PYTHON] [--cases resnet20-t32,…] [--images N] [--threads 1] [--rounds 2]
//                                  [--data DIR] [--programs LIST] [--out FILE.json]
// PYTHON: an interpreter with requirements.txt installed; without it bench/peers/.venv is made. Every round runs ours, then
// PyTorch, SpikingJelly and (where `pnpm setup:tensorflow` has been run) TensorFlow.js, in fresh processes; of all rounds
// and batches the least time counts, since other processes can only slow a run down. On a machine that is busy only the
// processor time says something, and only with --threads 1. Fails where a program predicts another class than ours for more
// than one image in fifty.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

import { peerPython } from './peer_environment.js';
import { CASES, writeCase } from './simulation_case.js';
import { table } from './simulation_table.js';

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    cases: { type: 'string', default: Object.keys(CASES).join() },
    images: { type: 'string' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '2' },
    data: { type: 'string' },
    programs: { type: 'string', default: 'wasm,native,wasm-int16,native-int16,reference' },
    out: { type: 'string' },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
const DISAGREEMENT_LIMIT = 0.02;

/** One program's JSON document: the last line of its output. */
async function ask(command, given) {
  const env = { ...process.env, OMP_NUM_THREADS: values.threads };
  const { stdout } = await run(command, given, { env, maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error(
      `${given[0]} failed: ${error.stderr || error.message}\nNeeded: pnpm build, and as --python an interpreter with ` +
        `bench/peers/requirements.txt (without --python one is made).`,
    );
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}

function programs(python, folder, isFirst) {
  const common = ['--case', folder, '--threads', values.threads];
  // The reference takes minutes, and its time is of no interest: once is enough.
  const ours = values.programs
    .split(',')
    .filter((program) => isFirst || program !== 'reference')
    .join();
  return {
    ours: () => ask(process.execPath, [here('simulation_ours.js'), ...common, '--programs', ours]),
    torch: () => ask(python, [here('simulation_torch.py'), ...common]),
    spikingjelly: () => ask(python, [here('simulation_spikingjelly.py'), ...common]),
    tfjs: () => ask(process.execPath, [here('simulation_tfjs.js'), ...common]),
  };
}

/** Keeps, of every variant, the run with the least processor time. */
function keepBest(best, { variants }) {
  for (const found of variants) {
    const before = best.get(found.variant);
    if (!before || found.msPerImage.cpu < before.msPerImage.cpu) best.set(found.variant, found);
  }
}

async function measureCase(name, python, scratch) {
  const folder = join(scratch, name);
  const images = values.images === undefined ? undefined : Number(values.images);
  const about = await writeCase(name, { folder, images, data: values.data });
  const best = new Map();
  const [versions, left] = [{}, new Map()];
  let ours;
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [program, start] of Object.entries(programs(python, folder, round === 0))) {
      const found = await start();
      if (program === 'ours') ours ??= found;
      Object.assign(versions, found.versions, found.node && { node: found.node });
      for (const { variant, reason } of found.left ?? []) left.set(variant, reason);
      keepBest(best, found);
      console.error(`${name}, round ${round + 1} of ${values.rounds}: ${program}`);
    }
  }
  return { about, versions, left: Object.fromEntries(left), ...judge(about, ours, [...best.values()]) };
}

/** Accuracy of each variant, and the share of images for which it predicts what our float kernels do. */
function judge({ labels, timeSteps }, { macs, layers, variants }, measured) {
  const { predictions: expected } = variants[0];
  const rows = measured.map(({ predictions, ...row }) => ({
    ...row,
    accuracy: labels && share(predictions, (value, i) => value === labels[i]),
    agreement: share(predictions, (value, i) => value === expected[i]),
  }));
  const additions = layers.reduce((sum, layer) => sum + layer.additions, 0) * timeSteps;
  return { macs, layers, additions, rows };
}

function share(predictions, condition) {
  return predictions.filter(condition).length / predictions.length;
}

/** Additions per second of a load-and-add loop on one core; undefined without a C compiler. */
async function measureLimit(scratch) {
  const program = join(scratch, 'load_add');
  try {
    await run(process.env.CC ?? 'cc', ['-O3', '-march=native', here('load_add.c'), '-o', program]);
    return await ask(program, []);
  } catch (error) {
    console.error(`without the limit of additions: ${error.message.split('\n')[0]}`);
    return undefined;
  }
}

const scratch = await mkdtemp(join(tmpdir(), 'opi-peers-'));
try {
  const python = await peerPython(values.python);
  const limit = await measureLimit(scratch);
  const results = [];
  for (const name of values.cases.split(',')) {
    if (!(name in CASES)) throw new Error(`--cases must be of ${Object.keys(CASES).join(', ')}, got ${name}`);
    results.push(await measureCase(name, python, scratch));
    console.log(table(results.at(-1), limit));
  }
  const machine = { processor: cpus()[0]?.model, processors: cpus().length, load: await loadAverage() };
  const document = {
    date: new Date().toISOString(),
    machine,
    threads: Number(values.threads),
    limit,
    results,
  };
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(document, null, 2)}\n`);
  const apart = results.flatMap(({ about, rows }) =>
    rows
      .filter(({ variant, agreement }) => !variant.includes('int16') && agreement < 1 - DISAGREEMENT_LIMIT)
      .map(
        ({ variant, agreement }) => `${about.name}: ${variant} agrees on ${(100 * agreement).toFixed(1)} %`,
      ),
  );
  if (apart.length > 0) throw new Error(`programs must predict the same classes, got ${apart.join('; ')}`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** What else the machine did, where it says so. */
async function loadAverage() {
  return readFile('/proc/loadavg', 'utf8').then(
    (text) => text.split(' ').slice(0, 3).map(Number),
    () => null,
  );
}
