import { type Network, type NetworkNode } from '@opi-snn/network';
import { additionsPerSpike, type Backend, type SpikingPlan } from '@opi-snn/neuron-kernels';
import { type SwitchCode, switchInterval, type SwitchRounding, switchValue } from '@opi-snn/theory';
import { createRunner, type RunnerOptions } from './create-runner.js';
import type { ImageSource } from './image-source.js';
import { predictionHash } from './prediction-hash.js';
import { neuronsOf } from './run-memory.js';
import type { RunOptions } from './run-options.js';
import type { Simulation } from './simulation.js';

/** One run of a temporal-switch network over images. */
export interface TemporalSwitchOptions
  extends
    Pick<RunOptions, 'indices' | 'batchSize' | 'signal' | 'onProgress'>,
    Omit<RunnerOptions, 'precision'> {
  /** T, steps of each window, integer in [1, 255]; the run is for this T alone. */
  readonly timeSteps: number;
  /** Largest |pixel| of the normalised images, > 0; larger ones are clipped. */
  readonly inputBound: number;
  /** How sums become steps, default `down`; of pixels too. */
  readonly rounding?: SwitchRounding;
}

/** What one layer did, summed over all images; exact integers. */
export interface SwitchActivity {
  readonly name: string;
  readonly neurons: number;
  /** Neurons that sent their two spikes. */
  readonly fired: number;
  /** Sum of the intervals [steps]. */
  readonly intervals: number;
  /** Additions that the spikes caused in the layers that read them: two for each synapse met. */
  readonly additions: number;
}

/** What a temporal-switch run did. */
export interface TemporalSwitchRun {
  readonly indices: Uint32Array;
  /** T, steps of each window. */
  readonly timeSteps: number;
  /** Steps until the answer: (layers on the longest way + 1) · T. */
  readonly latency: number;
  readonly inputBound: number;
  readonly rounding: SwitchRounding;
  /** `[images]`: the class with the largest logit; the first one wins a tie. */
  readonly predictions: Uint16Array;
  /** Of the predictions, with one time-step. */
  readonly predictionHash: string;
  /** Spiking layers in topological order. */
  readonly layers: readonly SwitchActivity[];
  readonly backend: Backend;
}

/**
 * Run a network of temporal-switch neurons over images, each pixel being two spikes as well.
 *
 * A neuron's answer depends on the sum over its window alone, not on when its inputs were switched: n steps of θ are n spikes of a quantum θ/T at once.
 * So a group of T members is run for one step, in the order that float-order.ts specifies; the network stepped through its windows, switch by switch, is the
 * oracle in the tests. Ways that skip layers wait for whole windows.
 *
 * @param network an SNN all of whose neurons are `temporal-switch` and start at 0
 * @throws RangeError (rejection) naming everything that is out of range, or neurons of other kinds
 * @throws CompileError (rejection) listing everything that cannot be simulated
 * @see Han & Roy (ECCV 2020); docs/methods/tsc.md says what is published of it and what is ours
 */
export async function runTemporalSwitch(
  network: Network,
  images: ImageSource,
  options: TemporalSwitchOptions,
): Promise<TemporalSwitchRun> {
  const { timeSteps, inputBound, rounding = 'down' } = options;
  assertSwitchRun(network, options);
  const runner = await createRunner(asGroups(network, timeSteps), runnerOptions(options));
  try {
    const indices = Uint32Array.from(options.indices ?? Array.from({ length: images.length }, (_, i) => i));
    const record = new SwitchRecord(runner.plan);
    const predictions = new Uint16Array(indices.length);
    const source = encoded(images, { timeSteps, bound: inputBound, rounding });
    const { batchSize = DEFAULT_BATCH, signal, onProgress } = options;
    for (let first = 0; first < indices.length; first += batchSize) {
      signal?.throwIfAborted();
      const run = await runner.run(source, {
        timeSteps: 1,
        indices: indices.subarray(first, first + batchSize),
        batchSize,
        initialPotential: { kind: 'fraction', fraction: rounding === 'nearest' ? 0.5 : 0 },
        record: { spikeCountsAt: [1] },
      });
      predictions.set(run.predictions, first);
      record.add(run);
      onProgress?.({ done: first + run.indices.length, total: indices.length });
    }
    return {
      indices,
      timeSteps,
      latency: (depthOf(runner.plan) + 1) * timeSteps,
      inputBound,
      rounding,
      predictions,
      predictionHash: predictionHash({ indices, timeSteps: 1, predictions }),
      layers: record.layers(),
      backend: runner.backend,
    };
  } finally {
    await runner.close();
  }
}

const DEFAULT_BATCH = 64;
const TIME_STEPS_LIMIT = 255;

function runnerOptions({ backend, threads, memoryBytes }: TemporalSwitchOptions): RunnerOptions {
  return {
    ...(backend !== undefined && { backend }),
    ...(threads !== undefined && { threads }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}

function assertSwitchRun(
  { description }: Network,
  { timeSteps, inputBound, rounding = 'down', batchSize = 1 }: TemporalSwitchOptions,
): void {
  const problems: string[] = [];
  if (!(Number.isInteger(timeSteps) && timeSteps >= 1 && timeSteps <= TIME_STEPS_LIMIT)) {
    problems.push(`timeSteps must be an integer in [1, ${TIME_STEPS_LIMIT}], got ${timeSteps}.`);
  }
  if (!(inputBound > 0 && inputBound < Infinity)) {
    problems.push(`inputBound must be finite and > 0, got ${inputBound}.`);
  }
  const roundings: readonly string[] = ['down', 'nearest'];
  if (!roundings.includes(rounding)) {
    problems.push(`rounding must be one of ${roundings.join(', ')}, got ${rounding}.`);
  }
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    problems.push(`batchSize must be an integer ≥ 1, got ${batchSize}.`);
  }
  for (const node of description.nodes) {
    if (node.op !== 'integrate-and-fire') continue;
    const { name, emission, initialPotential } = node;
    if (emission?.kind !== 'temporal-switch') {
      problems.push(`${name} must be temporal-switch neurons, got others. Convert with the method tsc.`);
    } else if (!(initialPotential.kind === 'fraction' && initialPotential.fraction === 0)) {
      problems.push(`${name} must start at 0, got another initial potential: it is not rate coded.`);
    }
  }
  if (problems.length > 0) throw new RangeError(`runTemporalSwitch: ${problems.join(' ')}`);
}

/** The network with groups of `members` quanta in place of its neurons. */
function asGroups({ description, tensors }: Network, members: number): Network {
  const nodes = description.nodes.map((node): NetworkNode =>
    node.op === 'integrate-and-fire' ? { ...node, emission: { kind: 'group', members } } : node,
  );
  return { description: { ...description, nodes }, tensors };
}

/** Every pixel as what its two spikes bring in the mean over the window. */
function encoded(images: ImageSource, code: SwitchCode): ImageSource {
  return {
    ...images,
    read: async (indices, out) => {
      await images.read(indices, out);
      for (let i = 0; i < out.length; i++) out[i] = switchValue(switchInterval(out[i]!, code), code);
    },
  };
}

/** Spiking layers on the longest way from the image to the read-out. */
function depthOf({ layers }: SpikingPlan): number {
  const depths: number[] = [];
  for (const { synapses } of layers) {
    const before = synapses.map(({ source }) => (source === 'input' ? 0 : depths[source]! + 1));
    depths.push(Math.max(0, ...before));
  }
  return depths.at(-1)!;
}

/** Sums what the layers did. */
class SwitchRecord {
  readonly #plan: SpikingPlan;
  readonly #additions: readonly Float64Array[];
  readonly #sums: { fired: number; intervals: number; additions: number }[];

  constructor(plan: SpikingPlan) {
    this.#plan = plan;
    this.#additions = additionsPerSpike(plan);
    this.#sums = plan.layers.slice(0, -1).map(() => ({ fired: 0, intervals: 0, additions: 0 }));
  }

  add({ spikeCounts }: Simulation): void {
    this.#sums.forEach((sums, index) => {
      const { name, shape } = this.#plan.layers[index]!;
      const [counts] = spikeCounts!.byLayer.get(name) as readonly [Uint16Array];
      const additions = this.#additions[index]!;
      const places = shape[0] * shape[1];
      counts.forEach((interval, i) => {
        if (interval === 0) return;
        sums.fired++;
        sums.intervals += interval;
        sums.additions += 2 * additions[Math.floor(i / shape[2]) % places]!;
      });
    });
  }

  layers(): SwitchActivity[] {
    return this.#sums.map((sums, index) => {
      const layer = this.#plan.layers[index]!;
      return { name: layer.name, neurons: neuronsOf(layer), ...sums };
    });
  }
}
