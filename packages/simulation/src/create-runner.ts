import type { Network } from '@opi-snn/network';
import {
  createSimulator,
  hasBinarySpikes,
  type Backend,
  type LayerPotential,
  type Precision,
  type Simulator,
  type SimulatorOptions,
  type SpikingPlan,
} from '@opi-snn/neuron-kernels';
import { BatchPotentials } from './batch-potentials.js';
import { Carrying, carryingRecord } from './carrying.js';
import { compileNetwork, type CompiledNetwork } from './compile.js';
import { reportGrid } from './grid-report.js';
import type { ImageSource } from './image-source.js';
import { preparePotentials } from './prepare-potentials.js';
import { predictionHash } from './prediction-hash.js';
import { quantizePlan } from './quantize-plan.js';
import { resolveRun, type ResolvedRun, type RunOptions, type SweepOptions } from './run-options.js';
import { kernelRecord, RunRecord } from './run-record.js';
import { sequenceBatches } from './sequence-batches.js';
import type { Simulation } from './simulation.js';

/** How the kernels of a runner are chosen. Of all this only `precision` changes a result. */
export interface RunnerOptions {
  /**
   * `'float32'` (default), or `'int16'`: 16-bit weights, exact integer sums, twice the neurons per instruction; predictions
   * differ a little. See `quantizePlan`.
   */
  readonly precision?: Precision;
  /**
   * `'auto'` (default), `'native'`, `'wasm'` or `'reference'`; see `createSimulator` of `@opi-snn/neuron-kernels`. A network
   * that the fast kernels cannot run (signed spikes, groups, θ per neuron, maximum pooling) takes the event-driven ones
   * instead of `'native'` and `'wasm'`; {@link NetworkRunner.backend} tells.
   */
  readonly backend?: NonNullable<SimulatorOptions['backend']>;
  /** Threads, integer ≥ 1; default what the kernels choose. */
  readonly threads?: number;
  /**
   * Memory for images, potentials and spikes [bytes], default 1 GiB; the weights come on top. A quarter holds the batch
   * and what the kernels return for it, the rest the kernels. Predictions, and what is recorded, of all images may take
   * as much again; a run whose results would not fit is refused.
   */
  readonly memoryBytes?: number;
}

/** A network compiled once, with its threads started, to be run as often as one likes. */
export interface NetworkRunner {
  readonly backend: Backend;
  readonly threads: number;
  /** Memory budget [bytes]; see {@link RunnerOptions.memoryBytes}. */
  readonly memoryBytes: number;
  readonly plan: SpikingPlan;
  /**
   * Run the network over images.
   *
   * Predictions at t depend on the network, the image, its index, the potentials and the seed alone: not on threads,
   * batch size, order or backend.
   *
   * @throws RangeError (rejection) naming every option that is out of range
   */
  run(images: ImageSource, options: RunOptions): Promise<Simulation>;
  /**
   * Run the network over images from several potentials or seeds; returns what {@link run} would for each, in their order.
   * The members run side by side: every image is read, and its constant current computed, once.
   *
   * @throws RangeError (rejection) naming every option that is out of range
   */
  runSweep(images: ImageSource, options: SweepOptions): Promise<Simulation[]>;
  /** End the threads and release the memory. */
  close(): Promise<void>;
}

const DEFAULT_MEMORY_BYTES = 2 ** 30;

/**
 * Make a network ready to run.
 *
 * @param network an SNN
 * @throws CompileError (rejection) listing everything that cannot be simulated
 * @throws RangeError (rejection) if an option is out of range
 * @example
 * const runner = await createRunner(snn);
 * const optimal = await runner.run(images, { timeSteps: 32 });
 * const atRest = await runner.run(images, { timeSteps: 32, initialPotential: { kind: 'fraction', fraction: 0 } });
 * await runner.close();
 */
export async function createRunner(network: Network, options: RunnerOptions = {}): Promise<NetworkRunner> {
  const { memoryBytes = DEFAULT_MEMORY_BYTES, precision = 'float32', backend, threads } = options;
  const compiled = compileIn(precision, network);
  const simulator = await createSimulator(compiled.plan, {
    memoryBytes: memoryBytes * 0.75,
    ...(backend !== undefined && { backend: kernelsFor(compiled.plan, backend) }),
    ...(threads !== undefined && { threads }),
  });
  return new PlanRunner(compiled, simulator, memoryBytes);
}

function kernelsFor(plan: SpikingPlan, backend: NonNullable<RunnerOptions['backend']>): typeof backend {
  return backend === 'reference' || hasBinarySpikes(plan) ? backend : 'auto';
}

function compileIn(precision: Precision, network: Network): CompiledNetwork {
  const compiled = compileNetwork(network);
  if (precision === 'float32') return compiled;
  return { ...compiled, plan: quantizePlan(compiled.plan, network.description.name) };
}

class PlanRunner implements NetworkRunner {
  readonly backend: Backend;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly plan: SpikingPlan;
  readonly #compiled: CompiledNetwork;
  readonly #simulator: Simulator;

  constructor(compiled: CompiledNetwork, simulator: Simulator, memoryBytes: number) {
    this.backend = simulator.backend;
    this.threads = simulator.threads;
    this.plan = compiled.plan;
    this.#compiled = compiled;
    this.#simulator = simulator;
    this.memoryBytes = memoryBytes;
  }

  async run(images: ImageSource, options: RunOptions): Promise<Simulation> {
    const [simulation] = await this.runSweep(images, { ...options, members: [options] });
    return simulation!;
  }

  async runSweep(images: ImageSource, { members, ...shared }: SweepOptions): Promise<Simulation[]> {
    if (members.length === 0) throw new RangeError('runSweep: members must hold at least 1, got 0.');
    const context = { ...this.#compiled, images, memoryBytes: this.memoryBytes / members.length };
    const runs = members.map(({ initialPotential, seed, preparation, carriedPotential }) =>
      resolveRun(
        {
          ...shared,
          ...(initialPotential !== undefined && { initialPotential }),
          ...(seed !== undefined && { seed }),
          ...(preparation !== undefined && { preparation }),
          ...(carriedPotential !== undefined && { carriedPotential }),
        },
        context,
      ),
    );
    // Random potentials take memory of their own: the batch that fits all members serves all.
    const batchSize = Math.min(...runs.map((run) => run.batchSize));
    const started = runs.map((run) => this.#start({ ...run, batchSize }));
    await this.#runBatches(images, started, shared);
    return started.map(({ run, record }) => this.#finish(run, record));
  }

  #start(run: ResolvedRun): StartedRun {
    const potentials = new BatchPotentials(this.plan, run.initialPotentials, run);
    return { run, record: new RunRecord(this.plan, run), potentials, carrying: undefined };
  }

  #finish(run: ResolvedRun, record: RunRecord): Simulation {
    const { indices, timeSteps, initialPotentials, seed, batchSize } = run;
    const { preparation, carriedPotential, sequences } = run;
    const { predictions } = record;
    const { precision = 'float32' } = this.plan;
    const recorded = record.finish();
    return {
      indices,
      timeSteps,
      predictions,
      predictionHash: predictionHash({ indices, timeSteps, predictions }),
      ...recorded,
      precision,
      ...(precision === 'int16' && {
        grid: reportGrid(this.plan, recorded.layers, indices.length * timeSteps),
      }),
      initialPotentials,
      seed,
      ...(preparation && { preparation }),
      ...(carriedPotential && { carriedPotential, sequences }),
      backend: this.backend,
      threads: this.threads,
      batchSize,
    };
  }

  async close(): Promise<void> {
    await this.#simulator.close();
  }

  async #potentials(
    { run: { preparation }, potentials, carrying }: StartedRun,
    chosen: Uint32Array,
    images: Float32Array,
  ): Promise<LayerPotential[]> {
    const drawn = potentials.of(chosen);
    if (carrying) return carrying.start(drawn);
    if (preparation === undefined) return drawn;
    const work = {
      simulator: this.#simulator,
      plan: this.plan,
      images,
      batch: chosen.length,
      potentials: drawn,
    };
    return preparePotentials(work, preparation);
  }

  async #runBatches(
    source: ImageSource,
    started: readonly StartedRun[],
    { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>,
  ): Promise<void> {
    const { indices, timeSteps, batchSize, sequences, record } = started[0]!.run;
    const size = source.imageShape[0] * source.imageShape[1] * source.imageShape[2];
    const buffer = new Float32Array(batchSize * size);
    const isCarried = started.some(({ run }) => run.carriedPotential !== undefined);
    const wanted = kernelRecord(this.plan, record);
    let done = 0;
    for (const { first, count, position } of sequenceBatches(indices.length, sequences, batchSize)) {
      signal?.throwIfAborted();
      if (position === 0) for (const member of started) this.#beginSequences(member, count);
      const chosen = indices.subarray(first, first + count);
      const images = buffer.subarray(0, count * size);
      await source.read(chosen, images);
      const initialPotentials: LayerPotential[][] = [];
      for (const member of started) initialPotentials.push(await this.#potentials(member, chosen, images));
      const outputs = await this.#simulator.runSweep({
        images,
        batch: count,
        timeSteps,
        initialPotentials,
        record: isCarried ? carryingRecord(this.plan, wanted, timeSteps) : wanted,
      });
      started.forEach(({ record: kept, carrying }, member) => {
        kept.add(first, count, outputs[member]!);
        carrying?.finish(outputs[member]!);
      });
      done += count;
      onProgress?.({ done, total: indices.length });
    }
  }

  #beginSequences(member: StartedRun, sequences: number): void {
    const { carriedPotential } = member.run;
    if (carriedPotential) member.carrying = new Carrying(this.plan, carriedPotential, sequences);
  }
}

/** One member of a sweep under way. */
interface StartedRun {
  readonly run: ResolvedRun;
  readonly record: RunRecord;
  readonly potentials: BatchPotentials;
  /** Of the sequences under way. */
  carrying: Carrying | undefined;
}
