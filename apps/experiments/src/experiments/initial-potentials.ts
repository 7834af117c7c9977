import { INITIAL_POTENTIALS } from '@opi-snn/conversion';
import {
  annAccuracy,
  buildSeries,
  describeEnvironment,
  executeEvaluation,
  executeSimulation,
  firstSpikesOf,
  judgeCells,
  measuredCells,
  sealResult,
  type AnnAccuracy,
  type ArtifactStore,
  type DatasetReference,
  type ExperimentResult,
  type LabelledRun,
  type Measurement,
  type SeriesInput,
  type SimulationResult,
  type SimulationSpec,
} from '@opi-snn/harness';
import { FLOAT_ORDER } from '@opi-snn/neuron-kernels';
import { createRunner, type NetworkRunner } from '@opi-snn/simulation';
import { describeInitialPotential, type InitialPotential } from '@opi-snn/theory';
import { evaluateNetwork, selectBackend } from '@opi-snn/training';
import { startProgress } from '../progress.js';
import { WORKSPACE_ROOT } from '../workspace.js';
import type { InitialPotentialsDefinition, Profile } from './definition.js';
import { judgeFindings } from './findings.js';
import { measureLayerErrors } from './layer-errors.js';
import { loadSubject, METHOD, type Subject } from './subject.js';
import { packageVersions } from './versions.js';

/** How an experiment is run; nothing but images, time-steps and seeds changes its numbers. */
export interface ExperimentSettings {
  readonly profile: Profile;
  readonly images?: number | undefined;
  readonly timeSteps?: readonly number[] | undefined;
  readonly seeds?: readonly number[] | undefined;
  readonly data?: string | undefined;
  readonly kernels: 'auto' | 'wasm' | 'reference';
  readonly threads?: number | undefined;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly store: ArtifactStore;
  readonly signal: AbortSignal;
  readonly quiet: boolean;
  /** What was typed, for the report. */
  readonly command: string;
}

/** The potentials of RQ1, the optimal one first. */
const SERIES = ['half', 'uniform', 'normal', 'zero'] as const;

/** Runs one comparison of initial potentials, taking from the store what is there. */
export async function runInitialPotentials(
  definition: InitialPotentialsDefinition,
  settings: ExperimentSettings,
): Promise<ExperimentResult> {
  const experiment = new InitialPotentialsExperiment(
    definition,
    settings,
    await loadSubject(definition, settings.data),
  );
  try {
    return await experiment.run();
  } finally {
    await experiment.close();
  }
}

class InitialPotentialsExperiment {
  readonly #images: number;
  readonly #timeSteps: readonly number[];
  readonly #seeds: readonly number[];
  readonly #started = new Date();
  readonly #jobs = { stored: 0, executed: 0 };
  #runner: Promise<NetworkRunner> | undefined;

  constructor(
    private readonly definition: InitialPotentialsDefinition,
    private readonly settings: ExperimentSettings,
    private readonly subject: Subject,
  ) {
    const { profile } = settings;
    this.#images = Math.min(settings.images ?? definition.images[profile], subject.dataset.length);
    this.#timeSteps = settings.timeSteps ?? definition.timeSteps[profile];
    this.#seeds = settings.seeds ?? definition.seeds[profile];
  }

  async run(): Promise<ExperimentResult> {
    const ann = await this.#evaluateAnn();
    const inputs = await this.#simulateAll();
    const measurement = await this.#measurement(ann, inputs);
    const runner = await this.#simulator();
    const environment = await describeEnvironment(
      {
        backend: runner.backend,
        threads: runner.threads,
        versions: packageVersions(),
        startedAt: this.#started.toISOString(),
        seconds: (Date.now() - this.#started.getTime()) / 1000,
        command: this.settings.command,
        jobs: this.#jobs,
      },
      WORKSPACE_ROOT,
    );
    return sealResult(measurement, environment);
  }

  async close(): Promise<void> {
    if (this.#runner !== undefined) await (await this.#runner).close();
  }

  #simulator(): Promise<NetworkRunner> {
    const { kernels, threads } = this.settings;
    this.#runner ??= createRunner(this.subject.snn, {
      backend: kernels,
      ...(threads === undefined ? {} : { threads }),
    });
    return this.#runner;
  }

  get #dataset(): DatasetReference {
    const { name, split, hash } = this.subject.dataset;
    return { name, split, hash };
  }

  get #network(): { name: string; hash: string } {
    return { name: this.subject.ann.description.name, hash: this.subject.annHash };
  }

  async #evaluateAnn(): Promise<AnnAccuracy> {
    const { ann, dataset, normalization } = this.subject;
    const { store, signal, quiet } = this.settings;
    const { name: backend } = await selectBackend(this.settings.backend);
    const progress = startProgress('ANN', this.#images, quiet);
    const finished = await executeEvaluation(
      {
        kind: 'evaluation',
        specVersion: 1,
        backend,
        network: this.#network,
        dataset: this.#dataset,
        images: { from: 0, to: this.#images },
      },
      {
        store,
        signal,
        execute: async ({ images }) => {
          const { predictions } = await evaluateNetwork(ann, dataset, {
            normalization,
            backend,
            from: images.from,
            images: images.to - images.from,
            signal,
          });
          return { images, predictions };
        },
        onProgress: ({ finished: done, total }) => {
          progress.update((this.#images * done) / total);
        },
      },
    ).finally(() => {
      progress.stop();
    });
    return annAccuracy(finished.result, dataset.labels, backend);
  }

  async #simulateAll(): Promise<SeriesInput[]> {
    const inputs: SeriesInput[] = [];
    for (const id of SERIES) {
      const initialPotential = INITIAL_POTENTIALS[id];
      const seeds = initialPotential.kind === 'fraction' ? this.#seeds.slice(0, 1) : this.#seeds;
      const runs: SeriesInput['runs'][number][] = [];
      for (const seed of seeds) runs.push({ seed, ...(await this.#simulate(id, initialPotential, seed)) });
      inputs.push({
        id,
        label: describeInitialPotential(initialPotential),
        method: METHOD,
        initialPotential,
        runs,
      });
    }
    return inputs;
  }

  async #simulate(
    label: string,
    initialPotential: InitialPotential,
    seed: number,
  ): Promise<Omit<SeriesInput['runs'][number], 'seed'>> {
    const { store, signal, quiet } = this.settings;
    const spec: SimulationSpec = {
      kind: 'simulation',
      specVersion: 1,
      floatOrder: FLOAT_ORDER,
      network: this.#network,
      dataset: this.#dataset,
      images: { from: 0, to: this.#images },
      conversion: { method: METHOD, parameters: {} },
      reset: 'subtraction',
      initialPotential,
      timeSteps: this.#timeSteps.at(-1)!,
      seed: initialPotential.kind === 'fraction' ? 0 : seed,
    };
    const progress = startProgress(`SNN ${label}`, this.#images, quiet);
    const { address, predictionHash, result, jobs } = await executeSimulation(spec, {
      store,
      signal,
      execute: (shard) => this.#simulateShard(shard),
      onProgress: ({ finished, total }) => {
        progress.update((this.#images * finished) / total);
      },
    }).finally(() => {
      progress.stop();
    });
    this.#jobs.stored += jobs.stored;
    this.#jobs.executed += jobs.executed;
    return { address, predictionHash, result };
  }

  async #simulateShard({
    images,
    timeSteps,
    initialPotential,
    seed,
  }: SimulationSpec): Promise<SimulationResult> {
    const runner = await this.#simulator();
    const { predictions, layers } = await runner.run(this.subject.images, {
      timeSteps,
      indices: range(images.from, images.to),
      initialPotential: initialPotential as InitialPotential,
      seed,
      signal: this.settings.signal,
    });
    return {
      images,
      timeSteps,
      predictions,
      layers: layers.map(
        ({ name, neurons, spikes, synapticOperations, firedNeurons, firstSpikeTimeSum }) => ({
          name,
          neurons,
          spikes: [...spikes],
          synapticOperations: [...synapticOperations],
          firedNeurons,
          firstSpikeTimeSum,
        }),
      ),
    };
  }

  async #measurement(ann: AnnAccuracy, inputs: readonly SeriesInput[]): Promise<Measurement> {
    const { definition, subject, settings } = this;
    const { labels } = subject.dataset;
    const series = inputs.map((input) => buildSeries(input, labels, this.#timeSteps));
    const runs = new Map(
      inputs.map(({ id, label, runs: [run] }): [string, LabelledRun] => [id, { label, run: run!.result }]),
    );
    const half = series.find(({ id }) => id === 'half')!;
    return {
      experiment: { id: definition.id, title: definition.title, question: definition.question },
      profile: settings.profile,
      network: { ...this.#network, checkpoint: definition.checkpoint, parameters: countParameters(subject) },
      dataset: { ...this.#dataset, images: this.#images, available: subject.dataset.length },
      ann,
      timeSteps: this.#timeSteps,
      series,
      errors: await this.#layerErrors(inputs),
      firstSpikes: inputs.flatMap(({ id, runs: [run] }) => firstSpikesOf(id, run!.result)),
      cells:
        definition.published === undefined ? [] : judgeCells(definition.published, measuredCells(half, ann)),
      findings: judgeFindings({ runs, labels, timeSteps: this.#timeSteps }),
      remarks: this.#remarks(),
    };
  }

  #layerErrors(inputs: readonly SeriesInput[]): Promise<Measurement['errors']> {
    const { subject, settings, definition } = this;
    const specs = inputs.map(({ id, initialPotential, runs: [run] }) => ({
      kind: 'layer-errors' as const,
      specVersion: 1 as const,
      floatOrder: FLOAT_ORDER,
      network: this.#network,
      dataset: this.#dataset,
      images: { from: 0, to: Math.min(definition.errorImages, this.#images) },
      series: id,
      initialPotential: initialPotential as InitialPotential,
      timeSteps: this.#timeSteps,
      seed: run!.seed,
    }));
    return measureLayerErrors(specs, {
      subject,
      store: settings.store,
      runner: () => this.#simulator(),
      signal: settings.signal,
    });
  }

  #remarks(): string[] {
    const { definition, subject } = this;
    const remarks = [
      `Errors of layers are measured on the first ${Math.min(definition.errorImages, this.#images)} test images; nothing is chosen by them.`,
    ];
    if (this.#images < subject.dataset.length) {
      remarks.push(`Only the first ${this.#images} of ${subject.dataset.length} test images were used.`);
    }
    return remarks;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function countParameters({ ann }: Subject): number {
  const trained = [...ann.tensors].filter(([name]) => !name.endsWith('/mean') && !name.endsWith('/variance'));
  return trained.reduce((sum, [, { data }]) => sum + data.length, 0);
}
