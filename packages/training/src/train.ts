import { mkdir } from 'node:fs/promises';
import { batchesPerEpoch, trainingBatches, type Dataset } from '@opi-snn/datasets';
import { initializeTensors, type Network, type NetworkDescription, type Tensor } from '@opi-snn/network';
import { selectBackend, type BackendName, type SelectedBackend } from './backend.js';
import { evaluateModel } from './evaluate.js';
import { lockFolder } from './folder-lock.js';
import { MomentumDescent } from './momentum-descent.js';
import type { Recipe } from './recipe.js';
import { learningRate } from './schedule.js';
import { TrainableNetwork } from './trainable-network.js';
import { TrainingError } from './training-error.js';
import { loadTrainingState, saveTrainingState, type EpochLog, type TrainingState } from './training-state.js';
import { createTrainingStep } from './training-step.js';

/** Longest time between two checkpoints inside an epoch. */
const CHECKPOINT_INTERVAL_MS = 5 * 60 * 1000;

/** What can be watched while training. */
export interface TrainingProgress {
  /** Epochs done before the current one. */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Mean over the current epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
  /** Present when an epoch has just ended. */
  readonly finished?: EpochLog;
}

/** Options of {@link trainNetwork}. */
export interface TrainOptions {
  readonly description: NetworkDescription;
  readonly recipe: Recipe;
  readonly train: Dataset;
  /** Measured every `testEvery` epochs for the log; it chooses nothing. */
  readonly test?: Dataset;
  readonly testEvery?: number;
  /** Folder for checkpoint and log; made if missing. */
  readonly folder: string;
  /** Go on from the folder's checkpoint; without it a folder that holds one is refused. */
  readonly resume?: boolean;
  /** Where activation bounds start; default 4 for clip, 8 for QCFS. */
  readonly initialBound?: number;
  readonly backend?: 'auto' | BackendName;
  /** Aborting saves a checkpoint after the step under way and rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
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
 * @throws TrainingError if the folder is in use, holds another run, or the loss stops being a number
 */
export async function trainNetwork(options: TrainOptions): Promise<Training> {
  await mkdir(options.folder, { recursive: true });
  const unlock = await lockFolder(options.folder);
  try {
    const backend = await selectBackend(options.backend ?? 'auto');
    const run = new TrainingRun(options, backend, await startingState(options, backend));
    return await run.finish();
  } finally {
    await unlock();
  }
}

async function startingState(options: TrainOptions, backend: SelectedBackend): Promise<TrainingState> {
  const { description, recipe, train, folder } = options;
  const found = await loadTrainingState(folder);
  if (found === undefined) return initialState(options, backend);
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
  ].filter(([, before, now]) => before !== now);
  if (differences.length > 0) {
    const lines = differences.map(([what, before, now]) => `\n  ${what!}: was ${before!}\n  ${' '.repeat(what!.length)}  now ${now!}`);
    throw new TrainingError(
      `trainNetwork: a resumed run must have the settings it was begun with, got differences in ${folder}:${lines.join('')}`,
    );
  }
  return found;
}

function initialState({ description, recipe, train, initialBound }: TrainOptions, backend: SelectedBackend): TrainingState {
  const tensors = initializeTensors(description, { seed: recipe.seed, ...(initialBound === undefined ? {} : { initialBound }) });
  return {
    description,
    recipe,
    dataHash: train.hash,
    backend: backend.name,
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

class TrainingRun {
  readonly #model: TrainableNetwork;
  readonly #descent: MomentumDescent;
  readonly #step: ReturnType<typeof createTrainingStep>;
  readonly #stepsPerEpoch: number;
  #epoch: number;
  #stepInEpoch: number;
  #lossSum: number;
  #correct: number;
  #secondsBefore: number;
  #clock = performance.now();
  #lastSave = performance.now();
  readonly #log: EpochLog[];

  constructor(
    private readonly options: TrainOptions,
    private readonly backend: SelectedBackend,
    private readonly start: TrainingState,
  ) {
    const { tf } = backend;
    this.#model = new TrainableNetwork(tf, start.description, start.tensors);
    this.#descent = new MomentumDescent(tf, this.#model.variables, start.recipe);
    for (const [name, { shape, data }] of start.momenta) {
      const value = tf.tensor(Float32Array.from(data), [...shape]);
      this.#descent.momenta.get(name)!.assign(value);
      value.dispose();
    }
    this.#step = createTrainingStep(this.#model, this.#descent, start.recipe);
    this.#stepsPerEpoch = batchesPerEpoch(options.train.length, start.recipe.batchSize);
    this.#epoch = start.epoch;
    this.#stepInEpoch = start.step;
    this.#lossSum = start.lossSum;
    this.#correct = start.correct;
    this.#secondsBefore = start.seconds;
    this.#log = [...start.log];
  }

  async finish(): Promise<Training> {
    try {
      while (this.#epoch < this.start.recipe.epochs) await this.#trainEpoch();
      return { network: await this.#model.toNetwork(), log: this.#log, backend: this.backend.name };
    } finally {
      this.#model.dispose();
      this.#descent.dispose();
    }
  }

  async #trainEpoch(): Promise<void> {
    const { recipe } = this.start;
    const { train } = this.options;
    this.#clock = performance.now();
    const batches = trainingBatches(train, { ...recipe, epoch: this.#epoch, from: this.#stepInEpoch });
    for (const batch of batches) {
      const rate = this.#rate();
      const { loss, correct } = this.#step(batch, train.imageShape, rate);
      this.#lossSum += loss;
      this.#correct += correct;
      this.#stepInEpoch += 1;
      this.#refuseDivergence(loss, rate);
      this.options.onProgress?.(this.#progress(rate));
      await this.#rest();
    }
    await this.#endEpoch();
  }

  #rate(): number {
    const { recipe } = this.start;
    return learningRate(recipe.schedule, recipe.learningRate, recipe.epochs, this.#epoch + this.#stepInEpoch / this.#stepsPerEpoch);
  }

  // Lets timers and signals in, and saves when it is time.
  async #rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const aborted = this.options.signal?.aborted ?? false;
    if (aborted || performance.now() - this.#lastSave > CHECKPOINT_INTERVAL_MS) await this.#save();
    this.options.signal?.throwIfAborted();
  }

  #refuseDivergence(loss: number, rate: number): void {
    const classes = this.options.train.classes.length;
    const mean = this.#lossSum / this.#stepInEpoch;
    // Guessing costs log(classes); an epoch whose mean is twice that learns nothing any more.
    const hopeless = this.#stepInEpoch >= 50 && mean > 2 * Math.log(classes) + 1;
    if (Number.isFinite(loss) && !hopeless) return;
    throw new TrainingError(
      `trainNetwork: the loss must stay finite and below guessing, got ${loss} (epoch ${this.#epoch + 1}, step ${this.#stepInEpoch}, learning rate ${rate.toPrecision(3)}). ` +
        'Lower the learning rate or warm up longer; the last good checkpoint is kept.',
    );
  }

  #progress(rate: number, finished?: EpochLog): TrainingProgress {
    const steps = Math.max(1, this.#stepInEpoch);
    return {
      epoch: this.#epoch,
      epochs: this.start.recipe.epochs,
      step: this.#stepInEpoch,
      stepsPerEpoch: this.#stepsPerEpoch,
      loss: this.#lossSum / steps,
      accuracy: this.#correct / (steps * this.start.recipe.batchSize),
      learningRate: rate,
      ...(finished === undefined ? {} : { finished }),
    };
  }

  async #endEpoch(): Promise<void> {
    const rate = this.#rate();
    const { loss, accuracy } = this.#progress(rate);
    const seconds = this.#elapsed();
    const testAccuracy = await this.#testAccuracy();
    const entry: EpochLog = {
      epoch: this.#epoch + 1,
      loss,
      accuracy,
      ...(testAccuracy === undefined ? {} : { testAccuracy }),
      learningRate: rate,
      seconds: Math.round(seconds * 10) / 10,
      bounds: await this.#bounds(),
    };
    this.#log.push(entry);
    const progress = this.#progress(rate, entry);
    this.#epoch += 1;
    this.#stepInEpoch = 0;
    this.#lossSum = 0;
    this.#correct = 0;
    this.#secondsBefore = 0;
    this.#clock = performance.now();
    await this.#save();
    this.options.onProgress?.(progress);
  }

  async #testAccuracy(): Promise<number | undefined> {
    const { test, testEvery = 5 } = this.options;
    const epoch = this.#epoch + 1;
    if (test === undefined || (epoch % testEvery !== 0 && epoch !== this.start.recipe.epochs)) return undefined;
    const { normalization } = this.start.recipe;
    const { correct, images } = await evaluateModel(this.#model, test, { normalization }, this.backend);
    return correct / images;
  }

  async #bounds(): Promise<Record<string, number>> {
    const bounds: Record<string, number> = {};
    for (const [name, variable] of this.#model.variables) {
      if (!name.endsWith('/bound')) continue;
      const values = await variable.data();
      bounds[name.slice(0, -'/bound'.length)] = Float32Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    }
    return bounds;
  }

  #elapsed(): number {
    return this.#secondsBefore + (performance.now() - this.#clock) / 1000;
  }

  async #save(): Promise<void> {
    const { tensors } = await this.#model.toNetwork();
    const momenta = new Map<string, Tensor>();
    for (const [name, variable] of this.#descent.momenta) {
      momenta.set(name, { shape: variable.shape, data: Float32Array.from(await variable.data()) });
    }
    await saveTrainingState(this.options.folder, {
      ...this.start,
      epoch: this.#epoch,
      step: this.#stepInEpoch,
      lossSum: this.#lossSum,
      correct: this.#correct,
      seconds: this.#stepInEpoch === 0 ? 0 : this.#elapsed(),
      log: this.#log,
      tensors,
      momenta,
    });
    this.#lastSave = performance.now();
  }
}
