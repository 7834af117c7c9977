import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { dataFolder, listDatasets } from '@opi-snn/datasets';
import { createSimulator, type SpikingPlan } from '@opi-snn/neuron-kernels';
import { selectBackend } from '@opi-snn/training';
import { EXPERIMENTS } from '../experiments/registry.js';
import { dataOption, jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { CHECKPOINTS } from '../workspace.js';

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  /** `ok`, `slower` (works, a faster way exists), or `missing`. */
  readonly state: 'ok' | 'slower' | 'missing';
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Oldest Node that is supported. */
const MINIMUM_NODE = [20, 19] as const;

/** `opi doctor`: what this machine has, what is missing, and how to get it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Show what this machine has for opi, what is missing, and how to get it.')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options: { data?: string; json?: true }) => {
      const checks = [
        node(),
        await kernels(),
        await tensorflow(),
        ...(await data(options.data)),
        ...experiments(),
      ];
      if (options.json) printJson(checks);
      else checks.forEach(show);
    });
}

function show({ name, state, found, remedy }: Check): void {
  const mark = { ok: 'ok     ', slower: 'slower ', missing: 'missing' }[state];
  print(`${mark}  ${name.padEnd(22)} ${found}`);
  if (remedy !== undefined) print(`${' '.repeat(33)}→ ${remedy}`);
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const found = `${process.version}, V8 ${process.versions.v8}, ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores`;
  return enough
    ? { name: 'Node', state: 'ok', found }
    : { name: 'Node', state: 'missing', found, remedy: `install Node ${MINIMUM_NODE.join('.')} or newer` };
}

// A network of one neuron, so that what is reported is what really runs.
const SMALLEST_PLAN: SpikingPlan = {
  inputShape: [1, 1, 1],
  layers: [
    {
      name: 'read-out',
      shape: [1, 1, 1],
      synapses: [
        {
          kind: 'convolution',
          source: 'input',
          kernelSize: [1, 1],
          strides: [1, 1],
          padding: { top: 0, bottom: 0, left: 0, right: 0 },
          weights: Float32Array.of(1),
        },
      ],
      bias: Float32Array.of(0),
    },
  ],
};

async function kernels(): Promise<Check> {
  const simulator = await createSimulator(SMALLEST_PLAN);
  const { backend, threads } = simulator;
  await simulator.close();
  const found = `${backend}, ${threads} thread${threads === 1 ? '' : 's'}`;
  if (backend === 'reference') {
    return {
      name: 'neuron kernels',
      state: 'slower',
      found,
      remedy: 'WebAssembly SIMD is missing; use Node 20.19 or newer',
    };
  }
  if (backend === 'wasm-simd') {
    return {
      name: 'neuron kernels',
      state: 'slower',
      found,
      remedy: 'pnpm setup:native simulates faster, with the same results (needs a C compiler)',
    };
  }
  return { name: 'neuron kernels', state: 'ok', found };
}

async function tensorflow(): Promise<Check> {
  const { name, reason } = await selectBackend('auto');
  if (name === 'tensorflow') return { name: 'TensorFlow.js', state: 'ok', found: `${name} (native)` };
  return {
    name: 'TensorFlow.js',
    state: 'slower',
    found: `${name}: ${reason}`,
    remedy: 'pnpm setup:tensorflow trains several times faster',
  };
}

async function data(folder: string | undefined): Promise<Check[]> {
  const { path, source } = dataFolder(folder);
  const sets = await listDatasets(folder);
  return [
    { name: 'data folder', state: 'ok', found: `${path} (${source})` },
    ...sets.map(({ name, state, folder: place }): Check => {
      if (state === 'complete') return { name: `  ${name}`, state: 'ok', found: place };
      return {
        name: `  ${name}`,
        state: 'missing',
        found: state,
        remedy: `opi data fetch ${name}, or --data DIR / OPI_DATA_DIR for a folder that has it`,
      };
    }),
  ];
}

function experiments(): Check[] {
  return EXPERIMENTS.map(({ id, subject: { checkpoint } }): Check => {
    const path = join(CHECKPOINTS, checkpoint);
    return existsSync(path)
      ? { name: `  ${id}`, state: 'ok', found: `checkpoint ${checkpoint}` }
      : {
          name: `  ${id}`,
          state: 'missing',
          found: `no ${path}`,
          remedy: 'check out the repository whole, or train it: see checkpoints/README.md',
        };
  });
}
