import { Command, Option } from 'commander';
import type { Precision } from '@opi-snn/neuron-kernels';
import type { ExperimentSettings } from './experiments/context.js';
import { PROFILES, type Profile } from './experiments/profile.js';
import { groupNames } from './experiments/choose-experiments.js';
import { EXPERIMENTS } from './experiments/registry.js';
import { interruption } from './interruption.js';
import {
  backendOption,
  dataOption,
  kernelsOption,
  memoryOption,
  precisionOption,
  seedList,
  threadsOption,
  timeStepList,
  wholeNumber,
} from './options.js';
import { outOption, storeOption } from './run-store.js';

/** How the simulator and its images are chosen; nothing of it changes a number. */
export interface MachineOptions {
  readonly data?: string;
  readonly out: string;
  readonly store?: string;
  readonly kernels: 'auto' | 'native' | 'wasm' | 'reference';
  readonly threads?: number;
  /** Memory budget of the simulator [bytes]. */
  readonly memory?: number;
}

/** Which experiments, and how much of them. */
export interface ExperimentOptions extends MachineOptions {
  readonly profile?: Profile;
  readonly images?: number;
  readonly timeSteps?: number[];
  readonly seed?: number;
  readonly seeds?: number[];
  readonly calibrationImages?: number;
  readonly precision: Precision;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
}

/** Adds the options of {@link MachineOptions}. */
export function addMachineOptions(command: Command): Command {
  return command
    .addOption(dataOption())
    .addOption(outOption())
    .addOption(storeOption())
    .addOption(kernelsOption())
    .addOption(threadsOption())
    .addOption(memoryOption());
}

/** Adds the argument and options that choose experiments. */
export function addExperimentOptions(command: Command): Command {
  const profile = new Option('--profile <name>', 'how much: quick needs no data and under a minute');
  return addMachineOptions(
    command
      .argument(
        '[tables...]',
        `which (default: those of the profile; --list shows what each is): ${EXPERIMENTS.map(({ id }) => id).join(', ')}, or on every network: ${groupNames().join(', ')}, or all`,
      )
      .addOption(profile.choices([...PROFILES]))
      .addOption(new Option('--images <n>', 'only the first n test images').argParser(wholeNumber(1)))
      .addOption(new Option('--time-steps <list>', 'T to report, such as 1,2,4,8').argParser(timeStepList))
      .addOption(new Option('--seed <n>', 'the one seed of random potentials').argParser(wholeNumber(0)))
      .addOption(
        new Option('--seeds <list>', 'seeds of random potentials, such as 1,2,3: mean and spread over them')
          .argParser(seedList)
          .conflicts('seed'),
      )
      .addOption(
        new Option('--calibration-images <n>', 'training images of experiments that calibrate').argParser(
          wholeNumber(1),
        ),
      ),
  )
    .addOption(precisionOption())
    .addOption(backendOption());
}

/** What an experiment is run with, but for the store. */
export function experimentSettings(
  names: readonly string[],
  options: ExperimentOptions,
): Omit<ExperimentSettings, 'store'> {
  const { data, images, timeSteps, seed, kernels, calibrationImages, precision, threads, memory, backend } =
    options;
  return {
    // A table asked for by name is meant whole; without a name the quick profile answers in seconds.
    profile: options.profile ?? (names.length > 0 ? 'standard' : 'quick'),
    images,
    timeSteps,
    seeds: options.seeds ?? (seed === undefined ? undefined : [seed]),
    data,
    kernels,
    calibrationImages,
    precision,
    threads,
    memory,
    backend,
    signal: interruption(),
    command: typedCommand(names, options),
  };
}

// Only what changes numbers; folders, servers and secrets of this machine stay out of reports.
function typedCommand(names: readonly string[], options: ExperimentOptions): string {
  const parts = [
    ...names,
    ...(options.profile === undefined ? [] : [`--profile ${options.profile}`]),
    ...(options.data === undefined ? [] : ['--data DIR']),
    ...(options.images === undefined ? [] : [`--images ${options.images}`]),
    ...(options.timeSteps === undefined ? [] : [`--time-steps ${options.timeSteps.join(',')}`]),
    ...(options.seed === undefined ? [] : [`--seed ${options.seed}`]),
    ...(options.seeds === undefined ? [] : [`--seeds ${options.seeds.join(',')}`]),
    ...(options.calibrationImages === undefined ? [] : [`--calibration-images ${options.calibrationImages}`]),
    ...(options.precision === 'float32' ? [] : [`--precision ${options.precision}`]),
  ];
  return ['pnpm opi reproduce', ...parts].join(' ');
}
