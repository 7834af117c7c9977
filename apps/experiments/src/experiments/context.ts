import { loadDataset, type Dataset } from '@opi-snn/datasets';
import {
  describeMachine,
  type ArtifactStore,
  type DatasetReference,
  type JobOrigin,
  type MachineDescription,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { FLOAT_ORDER, INT16_ARITHMETIC, type Precision } from '@opi-snn/neuron-kernels';
import { createRunner, type NetworkRunner } from '@opi-snn/simulation';
import { WORKSPACE_ROOT } from '../workspace.js';
import type { ExperimentDefinition, Profile } from './definition.js';
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

/** One experiment under way: what is asked, resolved against what there is, and the simulator that its parts share. */
export class ExperimentContext {
  /** Test images used, from the start of the set. */
  readonly images: number;
  /** T to report, ascending. */
  readonly timeSteps: readonly number[];
  /** Seeds of the random potentials. */
  readonly seeds: readonly number[];
  #machine: Promise<MachineDescription> | undefined;
  #training: Promise<Dataset> | undefined;
  #simulator: { readonly network: Network; readonly runner: Promise<NetworkRunner> } | undefined;

  constructor(
    readonly definition: ExperimentDefinition,
    readonly settings: ExperimentSettings,
    readonly subject: Subject,
  ) {
    const { profile } = settings;
    this.images = Math.min(settings.images ?? definition.images[profile], subject.dataset.length);
    this.timeSteps = settings.timeSteps ?? definition.timeSteps[profile];
    this.seeds = settings.seeds ?? definition.seeds[profile];
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
   * The training images, read when a calibration first asks for them.
   *
   * @throws DatasetError (rejection) if they are not there
   */
  trainingImages(): Promise<Dataset> {
    this.#training ??= loadDataset(this.definition.subject.dataset, 'train', { folder: this.settings.data });
    return this.#training;
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
