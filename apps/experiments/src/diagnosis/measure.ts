import type { Dataset, Normalization } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import {
  analogCounterpart,
  createRunner,
  LayerMeter,
  type DiagnosedValues,
  type LayerProfile,
  type NetworkRunner,
  type RunnerOptions,
  type Simulation,
} from '@opi-snn/simulation';
import { collectActivations, type ActivationOptions, type CollectedActivations } from '@opi-snn/training';
import type { InitialPotential } from '@opi-snn/theory';
import { imageSource } from '../experiments/subject.js';

/** What a diagnosis measures, and on what. */
export interface MeasureOptions {
  /** Training images; the first `images` of them. */
  readonly dataset: Dataset;
  readonly normalization: Normalization;
  readonly images: number;
  readonly timeSteps: number;
  readonly seed: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly runner: RunnerOptions;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Profiles of all layers, and the runs they come from. */
export interface MeasuredLayers {
  /** In the order of the run. */
  readonly profiles: readonly LayerProfile[];
  readonly potentials: readonly InitialPotential[];
  /** Images right after each step, [timeSteps]. */
  readonly runs: readonly Simulation[];
}

/** Activations of this many images lie in memory at once: for ResNet-20 four passes of 24 MB. */
const IMAGES_AT_ONCE = 16;

/** Everything that is known about the layers of a spiking network beside its ANN, batch by batch. */
export async function measureLayers(
  { ann, snn }: { readonly ann: Network; readonly snn: Network },
  options: MeasureOptions,
): Promise<MeasuredLayers> {
  const runner = await createRunner(snn, options.runner);
  const meters = new Map(
    runner.plan.layers.slice(0, -1).map(({ name }) => [name, new LayerMeter(snn, name)]),
  );
  const runs: Simulation[] = [];
  try {
    for (let from = 0; from < options.images; from += IMAGES_AT_ONCE) {
      const length = Math.min(IMAGES_AT_ONCE, options.images - from);
      const indices = Array.from({ length }, (_, i) => from + i);
      runs.push(await measureBatch({ ann, snn, runner, meters }, indices, options));
      options.onProgress(from + length);
    }
  } finally {
    await runner.close();
  }
  const profiles = [...meters.values()].map((meter) => meter.profile());
  return { profiles, potentials: runs[0]!.initialPotentials, runs };
}

interface Batch {
  readonly ann: Network;
  readonly snn: Network;
  readonly runner: NetworkRunner;
  readonly meters: ReadonlyMap<string, LayerMeter>;
}

async function measureBatch(
  { ann, snn, runner, meters }: Batch,
  indices: readonly number[],
  options: MeasureOptions,
): Promise<Simulation> {
  const { dataset, normalization, timeSteps, seed, backend, signal } = options;
  const run = await runner.run(imageSource(dataset, normalization), {
    timeSteps,
    indices,
    seed,
    record: { spikeCountsAt: [timeSteps] },
    signal,
  });
  const nodes = [...meters.keys()];
  const shared: ActivationOptions = { normalization, indices, nodes, backend, signal };
  const own = analogCounterpart(snn);
  const analog = await collectActivations(ann, dataset, shared);
  const driven = await collectActivations(own, dataset, { ...shared, outputs: outputsOf(analog) });
  const received = await collectActivations(own, dataset, { ...shared, outputs: meanOutputs(run, snn) });
  for (const [name, meter] of meters) {
    const { input, output } = analog.get(name)!;
    const bound = ann.tensors.get(`${name}/bound`)?.data;
    const values: DiagnosedValues = {
      input,
      output,
      drive: driven.get(name)!.input,
      averageInput: received.get(name)!.input,
      ...(bound && { bound }),
    };
    meter.add(run, values);
  }
  return run;
}

function outputsOf(analog: ReadonlyMap<string, CollectedActivations>): ReadonlyMap<string, Float32Array> {
  return new Map([...analog].map(([name, { output }]) => [name, output]));
}

/** φ = θ · count/T of every neuron. */
function meanOutputs(
  { spikeCounts, layers, timeSteps }: Simulation,
  { tensors }: Network,
): Map<string, Float32Array> {
  return new Map(
    layers.slice(0, -1).map(({ name }) => {
      const theta = tensors.get(`${name}/threshold`)!.data;
      const spikes = spikeCounts!.byLayer.get(name)!.at(-1)!;
      return [name, Float32Array.from(spikes, (count, i) => (theta[i % theta.length]! * count) / timeSteps)];
    }),
  );
}
