import type { LayerPotential, SimulationOutput, Simulator, SpikingPlan } from '@opi-snn/neuron-kernels';
import { maskedPotential, offsetPotential, type Preparation } from '@opi-snn/theory';
import { neuronsOf } from './run-memory.js';

/** What a preparation works on. */
export interface PreparationRun {
  readonly simulator: Pick<Simulator, 'run'>;
  readonly plan: SpikingPlan;
  /** [batch, height, width, channels]. */
  readonly images: Float32Array;
  readonly batch: number;
  /** Potentials that the run would start from without it; read only. */
  readonly potentials: readonly LayerPotential[];
}

/**
 * Potentials of every neuron and image after a {@link Preparation}, found by running the plan with its own kernels.
 *
 * @returns one `per-neuron` potential for each spiking layer, of its own memory
 */
export function preparePotentials(run: PreparationRun, preparation: Preparation): Promise<LayerPotential[]> {
  const { kind, timeSteps } = preparation;
  return kind === 'residual-mask' ? maskByResidual(run, timeSteps) : correctOffsets(run, timeSteps);
}

async function maskByResidual(run: PreparationRun, timeSteps: number): Promise<LayerPotential[]> {
  const starts = spreadPotentials(run.plan, run.batch, run.potentials);
  const trial = await observe(run, starts, { timeSteps, layers: starts.map((_, layer) => layer) });
  return starts.map((v0, layer) => {
    const { theta } = run.plan.layers[layer]!.neuron!;
    const v = lastStep(trial.membrane[layer]!, v0.length / run.batch, timeSteps);
    const values = v0.map((start, i) => maskedPotential(v(i), theta[i % theta.length]!, start));
    return { kind: 'per-neuron', values };
  });
}

async function correctOffsets(run: PreparationRun, timeSteps: number): Promise<LayerPotential[]> {
  const starts = spreadPotentials(run.plan, run.batch, run.potentials);
  for (let layer = 0; layer < starts.length; layer++) {
    const { membrane, counts } = await observe(run, starts, { timeSteps, layers: [layer], counted: true });
    const { theta } = run.plan.layers[layer]!.neuron!;
    const neurons = starts[layer]!.length / run.batch;
    starts[layer] = starts[layer]!.map((v0, i) => {
      const first = Math.floor(i / neurons) * timeSteps * neurons + (i % neurons);
      const v = Float32Array.from({ length: timeSteps }, (_, t) => membrane[0]![first + t * neurons]!);
      const sent = (t: number): number => (t < 0 ? 0 : counts[t]![layer]![i]!);
      return offsetPotential({ v, fired: (t) => sent(t) > sent(t - 1) }, theta[i % theta.length]!, v0);
    });
  }
  return starts.map((values) => ({ kind: 'per-neuron', values }));
}

/**
 * v0 of every neuron, [batch, neurons] for each spiking layer, copied.
 *
 * @internal
 */
export function spreadPotentials(
  plan: SpikingPlan,
  batch: number,
  potentials: readonly LayerPotential[],
): Float32Array[] {
  return potentials.map(({ kind, values }, layer) => {
    if (kind === 'per-neuron') return values.slice();
    const all = new Float32Array(batch * neuronsOf(plan.layers[layer]!));
    for (let i = 0; i < all.length; i += values.length) all.set(values, i);
    return all;
  });
}

interface Observation {
  /** `[i]` = [batch, timeSteps, neurons] of `layers[i]`: potentials after each step. */
  readonly membrane: readonly Float32Array[];
  /** `[t][layer]` = [batch, neurons]: spikes up to and including step t, if asked for. */
  readonly counts: readonly (readonly Uint16Array[])[];
}

async function observe(
  { simulator, plan, images, batch }: PreparationRun,
  starts: readonly Float32Array[],
  wanted: { readonly timeSteps: number; readonly layers: readonly number[]; readonly counted?: boolean },
): Promise<Observation> {
  const { timeSteps, layers, counted = false } = wanted;
  const output: SimulationOutput = await simulator.run({
    images,
    batch,
    timeSteps,
    initialPotentials: starts.map((values) => ({ kind: 'per-neuron', values })),
    record: {
      membrane: layers.map((layer) => {
        return { layer, neurons: Array.from({ length: neuronsOf(plan.layers[layer]!) }, (_, i) => i) };
      }),
      ...(counted && { spikeCountsAt: Array.from({ length: timeSteps }, (_, t) => t + 1) }),
    },
  });
  return { membrane: output.membrane!, counts: output.spikeCounts ?? [] };
}

/** Potential after the last step of neuron i of [batch, neurons], from [batch, timeSteps, neurons]. */
function lastStep(membrane: Float32Array, neurons: number, timeSteps: number): (i: number) => number {
  return (i) => membrane[(Math.floor(i / neurons) * timeSteps + timeSteps - 1) * neurons + (i % neurons)]!;
}
