import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type NetworkDescription, type Tensor } from '@opi-snn/network';
import type { Recipe } from './recipe.js';
import { TrainingError } from './training-error.js';
import { writeFileWhole } from './write-file.js';

/** One line of `training-log.jsonl`: an epoch that is done. */
export interface EpochLog {
  readonly epoch: number;
  /** Mean cross-entropy over the epoch. */
  readonly loss: number;
  /** Share of augmented training images answered rightly during the epoch, in [0, 1]. */
  readonly accuracy: number;
  /** Share of test images answered rightly after the epoch, where it was measured; it chooses nothing. */
  readonly testAccuracy?: number;
  readonly learningRate: number;
  /** Seconds this epoch took. */
  readonly seconds: number;
  /** By node: bound λ of clip and QCFS (mean over channels), threshold v_th of Rate-Norm. */
  readonly bounds: Readonly<Record<string, number>>;
}

/** Where a run stands, with all that is needed to go on to the same bits. */
export interface TrainingState {
  readonly description: NetworkDescription;
  readonly recipe: Recipe;
  /** SHA-256 of the training images and labels. */
  readonly dataHash: string;
  readonly backend: string;
  /** SHA-256 of the values the run started with. */
  readonly startHash: string;
  /** Epochs done, and steps done in the current one. */
  readonly epoch: number;
  readonly step: number;
  /** Sums over the steps of the current epoch. */
  readonly lossSum: number;
  readonly correct: number;
  readonly seconds: number;
  readonly log: readonly EpochLog[];
  /** Values of the network by `NODE/PARAMETER`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Momenta of the optimizer by `NODE/PARAMETER`. */
  readonly momenta: ReadonlyMap<string, Tensor>;
}

const FILE = 'state.safetensors';
const METADATA_KEY = 'opi-snn-training';

/** Writes the state into the folder: one file, aside and renamed, so that there is no moment without a whole one. */
export async function saveTrainingState(folder: string, state: TrainingState): Promise<void> {
  const { tensors, momenta, ...rest } = state;
  const all = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) all.set(`network/${name}`, tensor);
  for (const [name, tensor] of momenta) all.set(`momentum/${name}`, tensor);
  const bytes = encodeSafetensors({ tensors: all, metadata: { [METADATA_KEY]: JSON.stringify(rest) } });
  await writeFileWhole(join(folder, FILE), bytes);
  await writeFileWhole(
    join(folder, 'training-log.jsonl'),
    state.log.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

/**
 * Reads the state of a folder; `undefined` if there is none.
 *
 * @throws TrainingError if the file is not a training state
 */
export async function loadTrainingState(folder: string): Promise<TrainingState | undefined> {
  const path = join(folder, FILE);
  const bytes = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  try {
    return decodeState(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainingError(
      `trainNetwork: ${path} must be a whole training state, got a file that cannot be read: ${reason} Choose another folder, or remove this one to begin again.`,
      { cause: error },
    );
  }
}

function decodeState(bytes: Uint8Array): TrainingState {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const json = metadata[METADATA_KEY];
  if (json === undefined) throw new TypeError(`its metadata lack "${METADATA_KEY}".`);
  const rest = JSON.parse(json) as Omit<TrainingState, 'tensors' | 'momenta'>;
  return { ...rest, tensors: withPrefix(tensors, 'network/'), momenta: withPrefix(tensors, 'momentum/') };
}

function withPrefix(tensors: ReadonlyMap<string, Tensor>, prefix: string): Map<string, Tensor> {
  const chosen = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(chosen.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
