import type { LayerPotential, RecordOptions, SimulationOutput, SpikingPlan } from '@opi-snn/neuron-kernels';
import { carriedPotential, type CarriedPotential } from '@opi-snn/theory';
import { spreadPotentials } from './prepare-potentials.js';
import { neuronsOf } from './run-memory.js';

/** What the neurons of a batch of sequences take along from one position to the next. */
export class Carrying {
  readonly #plan: SpikingPlan;
  readonly #alpha: number;
  readonly #batch: number;
  /** [batch, neurons] of each spiking layer: where the position under way started. */
  #starts: readonly Float32Array[] = [];
  /** The same: c, on top of what the next position would start from. */
  readonly #carried: readonly Float32Array[];

  /** @param batch number of sequences */
  constructor(plan: SpikingPlan, { alpha }: CarriedPotential, batch: number) {
    this.#plan = plan;
    this.#alpha = alpha;
    this.#batch = batch;
    this.#carried = plan.layers.slice(0, -1).map((layer) => new Float32Array(batch * neuronsOf(layer)));
  }

  /** v[0] of the next position: what it would start from, ○(v0 + c) of every neuron. */
  start(potentials: readonly LayerPotential[]): LayerPotential[] {
    const bases = spreadPotentials(this.#plan, this.#batch, potentials);
    this.#starts = bases.map((base, layer) => base.map((v0, i) => v0 + this.#carried[layer]![i]!));
    return this.#starts.map((values) => ({ kind: 'per-neuron', values }));
  }

  /** Takes what the position that {@link start} began left behind; `output` holds what {@link carryingRecord} asks for. */
  finish({ membrane = [], spikeCounts = [] }: SimulationOutput): void {
    const traces = membrane.slice(membrane.length - this.#carried.length);
    const counts = spikeCounts.at(-1)!;
    this.#carried.forEach((carried, layer) => {
      const { theta } = this.#plan.layers[layer]!.neuron!;
      const neurons = carried.length / this.#batch;
      const timeSteps = traces[layer]!.length / carried.length;
      for (let i = 0; i < carried.length; i++) {
        const last = (Math.floor(i / neurons) * timeSteps + timeSteps - 1) * neurons + (i % neurons);
        const finished = {
          v0: this.#starts[layer]![i]!,
          v: traces[layer]![last]!,
          spikes: counts[layer]![i]!,
        };
        carried[i] = carriedPotential(finished, theta[i % theta.length]!, this.#alpha);
      }
    });
  }
}

/** A record that ends with the potentials of all neurons, layer by layer, and their counts after T steps. */
export function carryingRecord(plan: SpikingPlan, record: RecordOptions, timeSteps: number): RecordOptions {
  const all = plan.layers.slice(0, -1).map((layer, index) => {
    return { layer: index, neurons: Array.from({ length: neuronsOf(layer) }, (_, i) => i) };
  });
  return {
    ...record,
    membrane: [...(record.membrane ?? []), ...all],
    spikeCountsAt: [...(record.spikeCountsAt ?? []), timeSteps],
  };
}
