import type { AnalogRun, CalibrationRun } from '@opi-snn/conversion';
import { IMAGENET, loadDataset } from '@opi-snn/datasets';
import {
  describeMachine,
  type ArtifactStore,
  type DatasetReference,
  type JobOrigin,
  type MachineDescription,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { FLOAT_ORDER, INT16_ARITHMETIC, type Precision } from '@opi-snn/neuron-kernels';
import { createRunner, type NetworkRunner, type RunnerOptions } from '@opi-snn/simulation';
import { CALIBRATION_IMAGES, rememberedAnalog } from '../calibrate-potentials.js';
import { chooseCalibrationImages, type CalibrationImages } from '../calibration-images.js';
import { calibrationRun } from '../calibration.js';
import { WORKSPACE_ROOT } from '../workspace.js';
import type { Profile } from './profile.js';
import type { ExperimentScope } from './scope.js';
import type { Subject } from './subject.js';
import { packageVersions } from './versions.js';

/** How an experiment is run; nothing but images, time-steps, seeds and precision changes its numbers. */
export interface ExperimentSettings {
  readonly profile: Profile;
  readonly images?: number | undefined;
  readonly timeSteps?: readonly number[] | undefined;
  readonly seeds?: readonly number[] | undefined;
  /** Training images that calibrations use; default what the experiment says. */
  readonly calibrationImages?: number | undefined;
  readonly data?: string | undefined;
  readonly kernels: 'auto' | 'native' | 'wasm' | 'reference';
  readonly precision: Precision;
  readonly threads?: number | undefined;
  /** Memory budget of the simulator [bytes]. */
  readonly memory?: number | undefined;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly store: ArtifactStore;
  readonly signal: AbortSignal;
  /** What was typed, for the report. */
  readonly command: string;
}

/** Training images of calibrations in the quick profile. */
const QUICK_CALIBRATION_IMAGES = 32;

/** Seed that chooses the training images of calibrations. */
const CALIBRATION_SEED = 1;

/** One experiment under way: what is asked, resolved against what there is, and the simulator that its parts share. */
export class ExperimentContext {
  /** Test images used, from the start of the set. */
  readonly images: number;
  /** T to report, ascending. */
  readonly timeSteps: readonly number[];
  /** Seeds of the random potentials. */
  readonly seeds: readonly number[];
  #machine: Promise<MachineDescription> | undefined;
  #calibration: Promise<CalibrationImages> | undefined;
  #analog: Promise<AnalogRun> | undefined;
  #simulator: { readonly network: Network; readonly runner: Promise<NetworkRunner> } | undefined;

  constructor(
    readonly definition: ExperimentScope,
    readonly settings: ExperimentSettings,
    readonly subject: Subject,
  ) {
    const { profile } = settings;
    this.images = Math.min(settings.images ?? definition.images[profile], subject.dataset.length);
    this.timeSteps = settings.timeSteps ?? definition.timeSteps[profile];
    this.seeds = settings.seeds ?? definition.seeds[profile];
  }

  /** Training images of calibrations; the quick profile has fewer, since calibrations are most of its work. */
  get calibrationCount(): number {
    const { calibrationImages, profile } = this.settings;
    return calibrationImages ?? (profile === 'quick' ? QUICK_CALIBRATION_IMAGES : CALIBRATION_IMAGES);
  }

  /** The data set as it goes into the address of a job. */
  get dataset(): DatasetReference {
    const { name, split, hash } = this.subject.dataset;
    return { name, split, hash };
  }

  /** The network as it goes into the address of a job. */
  get network(): { readonly name: string; readonly hash: string } {
    return { name: this.subject.ann.description.name, hash: this.subject.annHash };
  }

  /** The contract on arithmetic by which the simulations are computed, as it goes into the address of a job. */
  get arithmetic(): string {
    return this.settings.precision === 'int16' ? INT16_ARITHMETIC : FLOAT_ORDER;
  }

  /**
   * The training images that everything is calibrated on, read when they are first asked for.
   *
   * @throws DatasetError (rejection) if they are not there
   */
  calibrationImages(): Promise<CalibrationImages> {
    this.#calibration ??= this.#chooseImages();
    return this.#calibration;
  }

  /** The same images with a simulator, for methods that measure. */
  async calibrationRun(): Promise<CalibrationRun> {
    const { signal } = this.settings;
    return calibrationRun(await this.calibrationImages(), { runner: this.calibrationRunner, signal });
  }

  /** What the ANN computes for the same images, each once. */
  analogRun(): Promise<AnalogRun> {
    const { ann, snn } = this.subject;
    this.#analog ??= this.calibrationImages().then((images) => rememberedAnalog(ann, snn, images));
    return this.#analog;
  }

  /** Simulators of calibrations; these are in float32 whatever the experiment's precision. */
  get calibrationRunner(): RunnerOptions {
    const { kernels, threads } = this.settings;
    return { backend: kernels, ...(threads === undefined ? {} : { threads }) };
  }

  async #chooseImages(): Promise<CalibrationImages> {
    const { data } = this.settings;
    const { dataset: name } = this.definition.subject;
    const length = name === IMAGENET ? { length: this.calibrationCount } : {};
    const dataset = await loadDataset(name, 'train', { folder: data, ...length });
    return chooseCalibrationImages(this.subject.ann, dataset, {
      images: this.calibrationCount,
      seed: CALIBRATION_SEED,
    });
  }

  /**
   * The simulator of a converted network, started when it is first needed; one at a time, the one before is ended.
   *
   * @param network default the network that the experiment is about
   */
  async simulator(network: Network = this.subject.snn): Promise<NetworkRunner> {
    if (this.#simulator?.network !== network) {
      await this.close();
      const { kernels, memory, precision, threads } = this.settings;
      const runner = createRunner(network, {
        backend: kernels,
        precision,
        ...(threads === undefined ? {} : { threads }),
        ...(memory === undefined ? {} : { memoryBytes: memory }),
      });
      this.#simulator = { network, runner };
    }
    return this.#simulator.runner;
  }

  /** With what a job is computed, to be kept beside its result. */
  async origin(used: { readonly backend: string; readonly threads: number }): Promise<JobOrigin> {
    this.#machine ??= describeMachine(WORKSPACE_ROOT);
    return { ...(await this.#machine), versions: packageVersions(), ...used };
  }

  /** {@link origin} of a job that the simulator of a network did. */
  async simulatorOrigin(network?: Network): Promise<JobOrigin> {
    const { backend, threads } = await this.simulator(network);
    return this.origin({ backend, threads });
  }

  /** Ends the simulator's threads. */
  async close(): Promise<void> {
    const ending = this.#simulator;
    this.#simulator = undefined;
    if (ending !== undefined) await (await ending.runner).close();
  }
}

/** The whole numbers of a range of images. */
export function imageIndices({ from, to }: { readonly from: number; readonly to: number }): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
