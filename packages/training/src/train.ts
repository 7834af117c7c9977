import { mkdir } from 'node:fs/promises';
import { hashTensors, type Network, type NetworkDescription } from '@opi-snn/network';
import { selectBackend, type BackendName, type SelectedBackend } from './backend.js';
import { lockFolder } from './folder-lock.js';
import { validateRecipe, type Recipe } from './recipe.js';
import { startingTensors } from './starting-tensors.js';
import { TrainingError } from './training-error.js';
import { TrainingRun, type RunOptions } from './training-run.js';
import { loadTrainingState, type EpochLog, type TrainingState } from './training-state.js';
import { removeLeftovers } from './write-file.js';

/** Options of {@link trainNetwork}. */
export interface TrainOptions extends RunOptions {
  readonly description: NetworkDescription;
  readonly recipe: Recipe;
  /** Go on from the folder's checkpoint; without it a folder that holds one is refused. */
  readonly resume?: boolean | undefined;
  /** Where activation bounds start; default 4 for clip, 8 for QCFS. */
  readonly initialBound?: number | undefined;
  /** Start from this network's values instead of drawn ones; bounds that it lacks start at `initialBound`. */
  readonly from?: Network | undefined;
  readonly backend?: 'auto' | BackendName | undefined;
}

/** A trained network with its log. */
export interface Training {
  /** The network after the last epoch. */
  readonly network: Network;
  readonly log: readonly EpochLog[];
  readonly backend: BackendName;
}

/**
 * Trains a network from its initial weights, or goes on where a checkpoint stands. The checkpoint is written after every
 * epoch, at least every five minutes, and on an abort; `kill -9` at any moment loses at most the work since then, and a
 * resumed run computes the same bits as an uninterrupted one wherever the backend itself repeats its bits.
 *
 * @throws RangeError listing everything that is wrong with the recipe
 * @throws TrainingError if the folder is in use, holds another run or a broken checkpoint, or the run diverges
 */
export async function trainNetwork(options: TrainOptions): Promise<Training> {
  validateRecipe(options.recipe, options.train.length);
  await mkdir(options.folder, { recursive: true });
  const unlock = await lockFolder(options.folder);
  try {
    await removeLeftovers(options.folder);
    const backend = await selectBackend(options.backend ?? 'auto');
    const run = new TrainingRun(options, backend, await startingState(options, backend));
    try {
      return { ...(await run.finish()), backend: backend.name };
    } finally {
      run.dispose();
    }
  } finally {
    await unlock();
  }
}

async function startingState(options: TrainOptions, backend: SelectedBackend): Promise<TrainingState> {
  const { description, recipe, train, folder } = options;
  const start = initialState(options, backend);
  const found = await loadTrainingState(folder);
  if (found === undefined) return start;
  if (options.resume !== true) {
    throw new TrainingError(
      `trainNetwork: folder must be empty, got ${folder} with a checkpoint after ${found.epoch} epochs. Pass --resume to go on with it, or choose another folder.`,
    );
  }
  const differences = [
    ['network', JSON.stringify(found.description.nodes), JSON.stringify(description.nodes)],
    ['recipe', JSON.stringify(found.recipe), JSON.stringify(recipe)],
    ['data', found.dataHash, train.hash],
    ['backend', found.backend, backend.name],
    ['start', found.startHash, start.startHash],
  ].filter(([, before, now]) => before !== now);
  if (differences.length > 0) {
    const lines = differences.map(
      ([what, before, now]) => `\n  ${what!}: was ${before!}\n  ${' '.repeat(what!.length)}  now ${now!}`,
    );
    throw new TrainingError(
      `trainNetwork: a resumed run must have the settings it was begun with, got differences in ${folder}:${lines.join('')}`,
    );
  }
  return found;
}

function initialState(
  { description, recipe, train, initialBound, from }: TrainOptions,
  backend: SelectedBackend,
): TrainingState {
  const tensors = startingTensors(description, { seed: recipe.seed, initialBound, from });
  return {
    description,
    recipe,
    dataHash: train.hash,
    backend: backend.name,
    startHash: hashTensors('', tensors),
    epoch: 0,
    step: 0,
    lossSum: 0,
    correct: 0,
    seconds: 0,
    log: [],
    tensors,
    momenta: new Map(),
  };
}
