import type { MemoryUse, RecordOptions, SimulationOutput, SpikingPlan } from '@opi-snn/neuron-kernels';
import { neuronsOf } from './run-memory.js';
import type { RecordRequest } from './record-request.js';
import type { ResolvedRun } from './run-options.js';
import type {
  FirstSpikes,
  LayerActivity,
  LayerTime,
  MembraneTrace,
  Simulation,
  SpikeCounts,
} from './simulation.js';

/** Collects the batches of one run; its size does not depend on the number of batches. */
export class RunRecord {
  readonly #plan: SpikingPlan;
  readonly #run: ResolvedRun;
  readonly predictions: Uint16Array;
  readonly #sums: readonly LayerSums[];
  readonly #logits: Float32Array | undefined;
  readonly #counts: readonly (readonly Uint16Array[])[];
  readonly #membrane: readonly MembraneTrace[];
  readonly #firstSpikes: FirstSpikes | undefined;
  #layerTimes: Float64Array | undefined;
  #memory: MemoryUse | undefined;

  constructor(plan: SpikingPlan, run: ResolvedRun) {
    const { timeSteps, record } = run;
    const images = run.indices.length;
    this.#plan = plan;
    this.#run = run;
    this.predictions = new Uint16Array(images * timeSteps);
    this.#sums = plan.layers.map(() => ({
      spikes: new Float64Array(timeSteps),
      synapticOperations: new Float64Array(timeSteps),
      firstSpikeTimeSum: 0,
      firedNeurons: 0,
    }));
    const classes = neuronsOf(plan.layers.at(-1)!);
    this.#logits = record.logits === true ? new Float32Array(images * timeSteps * classes) : undefined;
    this.#counts = (record.spikeCountsAt ?? []).map(() =>
      plan.layers.map((layer) => new Uint16Array(images * neuronsOf(layer))),
    );
    this.#membrane = (record.membrane ?? []).map(({ layer, neurons }) => {
      return { layer, neurons, values: new Float32Array(images * timeSteps * neurons.length) };
    });
    const rows = images * plan.layers.length;
    this.#firstSpikes =
      record.firstSpikes === true
        ? { timeSum: new Float64Array(rows), fired: new Float64Array(rows) }
        : undefined;
  }

  /** Adds a batch whose first image is row `first`. */
  add(first: number, batch: number, output: SimulationOutput): void {
    const { timeSteps } = this.#run;
    this.predictions.set(output.predictions, first * timeSteps);
    this.#sums.forEach((sums, layer) => {
      for (let image = 0; image < batch; image++) addImage(sums, output, image * this.#sums.length + layer);
    });
    if (output.logits) this.#logits?.set(output.logits, first * (output.logits.length / batch));
    this.#counts.forEach((layers, at) => {
      layers.forEach((counts, layer) => {
        counts.set(output.spikeCounts![at]![layer]!, first * neuronsOf(this.#plan.layers[layer]!));
      });
    });
    this.#membrane.forEach(({ neurons, values }, i) => {
      values.set(output.membrane![i]!, first * timeSteps * neurons.length);
    });
    this.#memory ??= output.memory;
    if (output.layerTimes) {
      const before = this.#layerTimes;
      this.#layerTimes = output.layerTimes.map((milliseconds, i) => milliseconds + (before?.[i] ?? 0));
    }
    this.#firstSpikes?.timeSum.set(output.firstSpikeTimeSum, first * this.#sums.length);
    this.#firstSpikes?.fired.set(output.firedNeurons, first * this.#sums.length);
  }

  /** Activity of every layer, and what was asked to be recorded. */
  finish(): Pick<
    Simulation,
    'layers' | 'logits' | 'spikeCounts' | 'membrane' | 'firstSpikes' | 'layerTimes' | 'memory'
  > {
    const { record, indices } = this.#run;
    const layers = this.#plan.layers.map((layer, i): LayerActivity => {
      const { name, shape } = layer;
      const sums = this.#sums[i]!;
      const { firedNeurons, firstSpikeTimeSum } = sums;
      const neurons = neuronsOf(layer);
      const meanFirstSpikeTime = firedNeurons === 0 ? null : firstSpikeTimeSum / firedNeurons;
      const firedFraction = firedNeurons / (indices.length * neurons);
      return { name, shape, neurons, ...sums, meanFirstSpikeTime, firedFraction };
    });
    return {
      layers,
      ...(this.#logits && { logits: this.#logits }),
      ...(record.spikeCountsAt && { spikeCounts: this.#spikeCounts(record.spikeCountsAt) }),
      ...(record.membrane && { membrane: this.#membrane }),
      ...(this.#firstSpikes && { firstSpikes: this.#firstSpikes }),
      ...(this.#layerTimes && { layerTimes: layerTimesOf(this.#layerTimes) }),
      ...(this.#memory && { memory: this.#memory }),
    };
  }

  #spikeCounts(at: readonly number[]): SpikeCounts {
    const spiking = this.#plan.layers.slice(0, -1);
    return {
      at: [...at],
      byLayer: new Map(
        spiking.map(({ name }, layer) => [name, this.#counts.map((layers) => layers[layer]!)]),
      ),
    };
  }
}

interface LayerSums {
  readonly spikes: Float64Array;
  readonly synapticOperations: Float64Array;
  firstSpikeTimeSum: number;
  firedNeurons: number;
}

/** Adds one (image, layer) row of a batch. */
function addImage(sums: LayerSums, output: SimulationOutput, row: number): void {
  const timeSteps = sums.spikes.length;
  for (let t = 0; t < timeSteps; t++) {
    sums.spikes[t]! += output.spikes[row * timeSteps + t]!;
    sums.synapticOperations[t]! += output.synapticOperations[row * timeSteps + t]!;
  }
  sums.firstSpikeTimeSum += output.firstSpikeTimeSum[row]!;
  sums.firedNeurons += output.firedNeurons[row]!;
}

/** Rows of {@link SimulationOutput.layerTimes}. */
function layerTimesOf(milliseconds: Float64Array): LayerTime[] {
  return Array.from({ length: milliseconds.length / 3 }, (_, layer) => {
    const [currents, lists, counts] = milliseconds.subarray(3 * layer, 3 * layer + 3) as unknown as [
      number,
      number,
      number,
    ];
    return { currents, lists, counts };
  });
}

/** What the kernels are asked to record. */
export function kernelRecord(plan: SpikingPlan, record: RecordRequest): RecordOptions {
  const { logits, spikeCountsAt, membrane, layerTimes } = record;
  return {
    memory: true,
    ...(layerTimes !== undefined && { layerTimes }),
    ...(logits !== undefined && { logits }),
    ...(spikeCountsAt && { spikeCountsAt }),
    ...(membrane && {
      membrane: membrane.map(({ layer, neurons }) => {
        return { layer: plan.layers.findIndex(({ name }) => name === layer), neurons };
      }),
    }),
  };
}
