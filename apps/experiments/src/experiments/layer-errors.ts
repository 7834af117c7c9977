import {
  executeJobs,
  jsonKind,
  meanSpread,
  planJobs,
  type DatasetReference,
  type ExecuteJobsOptions,
  type LayerError,
  type PlannedJob,
  Z_95,
} from '@opi-snn/harness';
import { runNetwork } from '@opi-snn/network';
import type { SpikeCounts } from '@opi-snn/simulation';
import {
  decomposeError,
  integrateConversionError,
  type InitialPotential,
  type InputDistribution,
} from '@opi-snn/theory';
import { z } from 'zod';
import { normalizeImages } from '@opi-snn/datasets';
import type { ExperimentContext } from './context.js';
import type { SeriesPlan } from './series-plan.js';
import type { Subject } from './subject.js';

/** What decides the errors of all layers under one initial potential. */
export interface LayerErrorSpec {
  readonly kind: 'layer-errors';
  readonly specVersion: 3;
  readonly floatOrder: string;
  readonly network: { readonly name: string; readonly hash: string };
  readonly dataset: DatasetReference;
  readonly images: { readonly from: number; readonly to: number };
  readonly series: string;
  readonly initialPotential: InitialPotential;
  readonly timeSteps: readonly number[];
  readonly seed: number;
}

const moments = z.object({ bias: z.number(), meanSquaredError: z.number() });
const rows = z.array(
  z.object({
    series: z.string(),
    layer: z.string(),
    timeSteps: z.number(),
    predicted: moments.nullable(),
    measured: moments,
    biasInterval: z.object({ low: z.number(), high: z.number() }),
    imageBias: z.array(z.number()),
    decomposition: z
      .object({ clipping: z.number(), quantisation: z.number(), unevenness: z.number() })
      .nullable(),
  }),
);
type Rows = z.infer<typeof rows>;

/** The error of a layer, with the mean error of each image [θ/T]. */
export interface LayerErrorRow extends LayerError {
  readonly biasInterval: NonNullable<LayerError['biasInterval']>;
  readonly imageBias: readonly number[];
}

const KIND = jsonKind<LayerErrorSpec, Rows>('layer-errors', rows);

/** The errors of every series, under the first seed where it is random; none where the experiment leaves them out. */
function layerErrorSpecs(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
  measured = Math.min(context.definition.errorImages, context.images),
): LayerErrorSpec[] {
  const { timeSteps } = context;
  if (measured === 0) return [];
  return plans.flatMap(({ id, initialPotential }): LayerErrorSpec[] => {
    // Predictions are made for one distribution of potentials per layer.
    if (initialPotential === 'network') return [];
    const spec: LayerErrorSpec = {
      kind: 'layer-errors',
      specVersion: 3,
      floatOrder: context.arithmetic,
      network: context.network,
      dataset: context.dataset,
      images: { from: 0, to: measured },
      series: id,
      initialPotential,
      timeSteps,
      seed: context.seeds[0]!,
    };
    return [spec];
  });
}

type LayerErrorOptions = ExecuteJobsOptions<LayerErrorSpec, Rows>;

function layerErrorOptions(context: ExperimentContext): LayerErrorOptions {
  const { store, signal } = context.settings;
  let analog: AnalogLayer[] | undefined;
  return {
    store,
    signal,
    kind: KIND,
    execute: async (spec) => {
      analog ??= analogLayers(context.subject, spec.images);
      return measure(spec, analog, context);
    },
    provenance: () => context.simulatorOrigin(),
  };
}

/** The measurements of errors as jobs. */
export function layerErrorJobs(context: ExperimentContext, plans: readonly SeriesPlan[]): PlannedJob[] {
  return planJobs(layerErrorSpecs(context, plans), layerErrorOptions(context));
}

/**
 * The error of every spiking layer against the ANN, measured on a few test images and predicted by the theory from the
 * measured distribution of the layer's pre-activations z (Bu et al., AAAI 2022, Theorem 2, without its assumption of a
 * uniform density). Sign: ANN minus SNN; units: θ/T. Neurons of one image depend on each other, so the interval of the mean
 * error is over images: mean ± 1.96 s/√n.
 */
export async function measureLayerErrors(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
): Promise<LayerErrorRow[]> {
  const finished = await executeJobs(layerErrorSpecs(context, plans), layerErrorOptions(context));
  return finished.flatMap(({ result }) => result);
}

/** The errors of some series on the first images, computed whether they are stored or not, and kept nowhere. */
export async function computeLayerErrors(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
  images: number,
): Promise<void> {
  const analog = analogLayers(context.subject, { from: 0, to: images });
  for (const spec of layerErrorSpecs(context, plans, images)) await measure(spec, analog, context);
}

/** Pre-activations of one activation of the ANN, and the threshold that replaces its bound. */
interface AnalogLayer {
  readonly name: string;
  readonly theta: number;
  /** λ of the ANN's clip; ∞ for a ReLU. */
  readonly lambda: number;
  readonly z: Float32Array;
  readonly distribution: InputDistribution;
}

function analogLayers(
  { ann, snn, dataset, normalization }: Subject,
  { from, to }: { from: number; to: number },
): AnalogLayer[] {
  const indices = Array.from({ length: to - from }, (_, i) => from + i);
  const activations = ann.description.nodes.filter(
    ({ op }) => op === 'clip' || op === 'qcfs' || op === 'relu',
  );
  const sources = activations.map((node) => node.inputs[0]!);
  const { activations: values } = runNetwork(ann, normalizeImages(dataset, indices, normalization), {
    activations: sources,
  });
  return activations.map(({ name }, i) => {
    const theta = snn.tensors.get(`${name}/threshold`)!.data[0]!;
    const lambda = ann.tensors.get(`${name}/bound`)?.data[0] ?? Infinity;
    const z = values.get(sources[i]!)!.data;
    return { name, theta, lambda, z, distribution: histogram(z, theta) };
  });
}

/** Bins per threshold: far finer than θ/T at every T where the prediction matters. */
const BINS_PER_THETA = 512;
/** Widest histogram; beyond it the bins grow. */
const MAXIMUM_BINS = 65_536;

function histogram(z: Float32Array, theta: number): InputDistribution {
  const low = z.reduce((least, value) => Math.min(least, value), Infinity);
  const high = z.reduce((most, value) => Math.max(most, value), -Infinity);
  const width = Math.max(theta / BINS_PER_THETA, (high - low) / (MAXIMUM_BINS - 2), Number.MIN_VALUE);
  const first = Math.floor(low / width);
  const bins = Math.floor(high / width) - first + 1;
  const counts = new Float64Array(bins);
  for (const value of z) counts[Math.min(bins - 1, Math.floor(value / width) - first)]! += 1;
  return {
    kind: 'histogram',
    edges: Float64Array.from({ length: bins + 1 }, (_, i) => (first + i) * width),
    counts,
  };
}

async function measure(
  spec: LayerErrorSpec,
  analog: readonly AnalogLayer[],
  context: ExperimentContext,
): Promise<Rows> {
  const { from, to } = spec.images;
  const runner = await context.simulator();
  const { spikeCounts } = await runner.run(context.subject.images, {
    timeSteps: spec.timeSteps.at(-1)!,
    indices: Array.from({ length: to - from }, (_, i) => from + i),
    initialPotential: spec.initialPotential,
    seed: spec.seed,
    record: { spikeCountsAt: spec.timeSteps },
    signal: context.settings.signal,
  });
  return analog.flatMap((layer) => spec.timeSteps.map((_, i) => layerRow(spec, layer, spikeCounts!, i)));
}

function layerRow(spec: LayerErrorSpec, layer: AnalogLayer, counts: SpikeCounts, step: number): Rows[number] {
  const { name, theta, z: input, distribution } = layer;
  const { initialPotential, series } = spec;
  const timeSteps = counts.at[step]!;
  const spikes = counts.byLayer.get(name)![step]!;
  const quantum = theta / timeSteps;
  const options = { theta, timeSteps, activation: 'clip' } as const;
  const { bias, squaredError } = integrateConversionError(initialPotential, distribution, options);
  const perImage = input.length / (spec.images.to - spec.images.from);
  const imageBias = new Array<number>(spec.images.to - spec.images.from).fill(0);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < input.length; i += 1) {
    const error = Math.min(Math.max(input[i]!, 0), theta) / quantum - spikes[i]!;
    sum += error;
    imageBias[Math.floor(i / perImage)]! += error / perImage;
    squares += error * error;
  }
  return {
    series,
    layer: name,
    timeSteps,
    predicted: { bias, meanSquaredError: squaredError },
    measured: { bias: sum / input.length, meanSquaredError: squares / input.length },
    biasInterval: intervalOfMean(imageBias),
    imageBias,
    decomposition: decomposition(layer, { spikes, initialPotential, timeSteps }),
  };
}

function intervalOfMean(values: readonly number[]): { readonly low: number; readonly high: number } {
  const { mean, standardDeviation, n } = meanSpread(values);
  const half = (Z_95 * standardDeviation) / Math.sqrt(n);
  return { low: mean - half, high: mean + half };
}

/** Mean squares of the three causes in units of (θ/T)²; only where every neuron starts alike, so that v0 is known. */
function decomposition(
  { theta, lambda, z: input }: AnalogLayer,
  {
    spikes,
    initialPotential,
    timeSteps,
  }: { spikes: Uint16Array; initialPotential: InitialPotential; timeSteps: number },
): LayerError['decomposition'] {
  if (initialPotential.kind !== 'fraction') return null;
  const quantum = theta / timeSteps;
  const v0 = initialPotential.fraction * theta;
  const output = new Float64Array(spikes.length);
  for (let i = 0; i < output.length; i += 1) output[i] = spikes[i]! * quantum;
  const { meanSquare } = decomposeError({
    z: input,
    output,
    theta,
    lambda,
    timeSteps,
    v0,
  });
  const inQuanta = (value: number): number => value / (quantum * quantum);
  return {
    clipping: inQuanta(meanSquare.clipping),
    quantisation: inQuanta(meanSquare.quantization),
    unevenness: inQuanta(meanSquare.unevenness),
  };
}
