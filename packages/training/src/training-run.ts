import { BatchPrefetcher, batchesPerEpoch, type Dataset } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { activationBounds } from './activation-bounds.js';
import type { SelectedBackend } from './backend.js';
import { evaluateModel } from './evaluate.js';
import { MomentumDescent } from './momentum-descent.js';
import { learningRate } from './schedule.js';
import { TrainableNetwork } from './trainable-network.js';
import { TrainingError } from './training-error.js';
import { saveTrainingState, type EpochLog, type TrainingState } from './training-state.js';
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

/** What a training run needs besides its starting state. */
export interface RunOptions {
  readonly train: Dataset;
  /** Measured every `testEvery` epochs and after the last for the log; it chooses nothing. */
  readonly test?: Dataset | undefined;
  /** Integer ≥ 1; default 5. */
  readonly testEvery?: number | undefined;
  /** Folder for checkpoint and log; made if missing. */
  readonly folder: string;
  /** Longest time between two checkpoints inside an epoch [ms]; default five minutes. */
  readonly checkpointIntervalMs?: number | undefined;
  /** Aborting saves a checkpoint after the step under way and rejects. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/**
 * A run under way: the network, the optimizer and the place in the schedule, from a starting state to the last epoch.
 *
 * @internal
 */
export class TrainingRun {
  readonly #model: TrainableNetwork;
  readonly #descent: MomentumDescent;
  readonly #step: ReturnType<typeof createTrainingStep>;
  readonly #prefetcher: BatchPrefetcher;
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
    private readonly options: RunOptions,
    private readonly backend: SelectedBackend,
    private readonly start: TrainingState,
  ) {
    const { tf } = backend;
    this.#model = new TrainableNetwork(tf, start.description, start.tensors);
    this.#descent = new MomentumDescent(tf, this.#model.variables, start.recipe);
    this.#descent.writeMomenta(start.momenta);
    this.#step = createTrainingStep(this.#model, this.#descent, start.recipe);
    this.#prefetcher = new BatchPrefetcher(options.train);
    this.#stepsPerEpoch = batchesPerEpoch(options.train.length, start.recipe.batchSize);
    this.#epoch = start.epoch;
    this.#stepInEpoch = start.step;
    this.#lossSum = start.lossSum;
    this.#correct = start.correct;
    this.#secondsBefore = start.seconds;
    this.#log = [...start.log];
  }

  /** Trains what is left and returns the network after the last epoch. */
  async finish(): Promise<{ network: Network; log: readonly EpochLog[] }> {
    try {
      while (this.#epoch < this.start.recipe.epochs) await this.#trainEpoch();
    } finally {
      await this.#prefetcher.close();
    }
    return { network: await this.#model.toNetwork(), log: this.#log };
  }

  /** Frees all tensors. */
  dispose(): void {
    this.#model.dispose();
    this.#descent.dispose();
  }

  async #trainEpoch(): Promise<void> {
    const { recipe } = this.start;
    const { train } = this.options;
    this.#clock = performance.now();
    const place = { epoch: this.#epoch, from: this.#stepInEpoch };
    for await (const batch of this.#prefetcher.batches({ ...recipe, ...place })) {
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
    return learningRate(
      recipe.schedule,
      recipe.learningRate,
      recipe.epochs,
      this.#epoch + this.#stepInEpoch / this.#stepsPerEpoch,
    );
  }

  // Lets timers and signals in, and saves when it is time.
  async #rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const aborted = this.options.signal?.aborted ?? false;
    const interval = this.options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS;
    if (aborted || performance.now() - this.#lastSave > interval) await this.#save();
    this.options.signal?.throwIfAborted();
  }

  #refuseDivergence(loss: number, rate: number): void {
    const classes = this.options.train.classes.length;
    const mean = this.#lossSum / this.#stepInEpoch;
    // Guessing costs log(classes); an epoch whose mean is twice that learns nothing any more.
    const hopeless = this.#stepInEpoch >= 50 && mean > 2 * Math.log(classes) + 1;
    if (!Number.isFinite(loss) || hopeless) throw this.#divergence(`a loss of ${loss}`, rate);
  }

  #divergence(found: string, rate: number): TrainingError {
    const place = `epoch ${this.#epoch + 1}, step ${this.#stepInEpoch}, learning rate ${rate.toPrecision(3)}`;
    return new TrainingError(
      `trainNetwork: the loss must stay finite and near or below guessing, got ${found} (${place}). ` +
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
      bounds: activationBounds(await this.#model.toNetwork()),
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
    if (test === undefined || (epoch % testEvery !== 0 && epoch !== this.start.recipe.epochs))
      return undefined;
    const { normalization } = this.start.recipe;
    const { correct, images } = await evaluateModel(this.#model, test, { normalization }, this.backend);
    return correct / images;
  }

  #elapsed(): number {
    return this.#secondsBefore + (performance.now() - this.#clock) / 1000;
  }

  async #save(): Promise<void> {
    const { tensors } = await this.#model.toNetwork();
    const momenta = await this.#descent.readMomenta();
    // The step before may have broken the weights without the loss showing it yet.
    const broken = [...tensors, ...momenta].find(([, { data }]) => !data.every(Number.isFinite));
    if (broken !== undefined)
      throw this.#divergence(`values that are not finite in ${broken[0]}`, this.#rate());
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
