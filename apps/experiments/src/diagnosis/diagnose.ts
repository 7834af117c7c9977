import { recordedShift, withoutShift, type InputShift } from '@opi-snn/conversion';
import { countMultiplyAccumulates, type Network } from '@opi-snn/network';
import type { DiagnosedLayer, Diagnosis, DiagnosisEffect } from '@opi-snn/report';
import {
  accuracyAt,
  applySuggestion,
  compareWeights,
  correctAt,
  countSpikingOperations,
  estimateEnergy,
  findDefects,
  HOROWITZ_45_NM,
  simulateNetwork,
  type LayerProfile,
  type Simulation,
} from '@opi-snn/simulation';
import { ERROR_PARTS } from '@opi-snn/theory';
import { evaluateNetwork } from '@opi-snn/training';
import { imageSource } from '../experiments/subject.js';
import { normalizeImages } from '@opi-snn/datasets';
import { calibrateOnTrainingImages } from '../calibrate-potentials.js';
import { measureLayers, type MeasureOptions } from './measure.js';
import { describeDefect, describeSuggestion } from './sentences.js';
import type { DiagnosisPair } from './subject.js';
import { chooseSuggestion, type DiagnosisSuggestion } from './suggestion.js';

/** How to diagnose. */
export interface DiagnoseOptions extends MeasureOptions {
  /** What the spiking network is called. */
  readonly title: string;
  /** Command that was given, for the page. */
  readonly command: string;
  /** Whether the effect of the suggestion is measured, on as many training images behind those of the diagnosis. */
  readonly isTried: boolean;
}

/** The percentiles of a/θ that are shown. */
const RANKS = [50, 90, 99, 99.9, 100];
/** An SNN is as good as its ANN when it loses no more than this. */
const TOLERATED_LOSS = 0.01;

/** Profile, verdict, suggestion and cost of a spiking network beside its ANN. */
export async function diagnose(pair: DiagnosisPair, options: DiagnoseOptions): Promise<Diagnosis> {
  const { ann, snn } = pair;
  const { profiles, potentials, runs } = await measureLayers(pair, options);
  const defects = findDefects(profiles, (layer) => compareWeights(snn, ann, layer));
  const { labels, name } = options.dataset;
  const reference = await evaluateNetwork(ann, options.dataset, {
    normalization: options.normalization,
    images: options.images,
    backend: options.backend,
    signal: options.signal,
  });
  const accuracy = meanAccuracy(runs, labels);
  const annAccuracy = reference.correct / options.images;
  const enough = accuracy.findIndex((value) => value >= annAccuracy - TOLERATED_LOSS);
  const smallestTimeSteps = enough < 0 ? null : enough + 1;
  const shift = recordedShift(snn.description);
  const suggestion = chooseSuggestion({
    profiles,
    defects,
    potentials,
    shift,
    neededTimeSteps: smallestTimeSteps ?? options.timeSteps,
  });
  const profileOf = (layer: string): LayerProfile => profiles.find((profile) => profile.layer === layer)!;
  return {
    title: options.title,
    origin: pair.origin,
    command: options.command,
    dataset: name,
    images: options.images,
    timeSteps: options.timeSteps,
    annAccuracy,
    accuracy: [...accuracy],
    smallestTimeSteps,
    defects: defects.map((defect) => ({ ...defect, text: describeDefect(defect, profileOf(defect.layer)) })),
    suggestion:
      suggestion === undefined
        ? null
        : {
            text: describeSuggestion(suggestion, profiles),
            effect: options.isTried ? await tryOut(pair, suggestion, options) : null,
          },
    layers: profiles.map(describeLayer),
    energy: energies(runs, pair, options),
    notes: [...pair.notes, ...notesOnShift(shift, options.timeSteps)],
  };
}

function notesOnShift(shift: InputShift | undefined, timeSteps: number): string[] {
  if (shift === undefined) return [];
  const reason =
    `The biases hold the shift θ/(2T) for T = ${shift.timeSteps}, which by then has brought θ/2: an initial potential of θ/2 is ` +
    'not suggested, for both together are θ, as wrong as neither.';
  if (shift.timeSteps === timeSteps) return [reason];
  return [reason, `This diagnosis is of T = ${timeSteps}: use --time-steps ${shift.timeSteps}.`];
}

function meanAccuracy(runs: readonly Simulation[], labels: ArrayLike<number>): Float64Array {
  const correct = new Float64Array(runs[0]!.timeSteps);
  let images = 0;
  for (const run of runs) {
    correctAt(run, labels).forEach((count, t) => (correct[t]! += count));
    images += run.indices.length;
  }
  return correct.map((count) => count / images);
}

/** Accuracy without and with the change, on training images that the diagnosis has not seen. */
async function tryOut(
  pair: DiagnosisPair,
  suggestion: DiagnosisSuggestion,
  options: DiagnoseOptions,
): Promise<DiagnosisEffect> {
  const { dataset, normalization, images, timeSteps, seed, runner, signal } = options;
  const length = Math.min(images, dataset.length - images);
  const indices = Array.from({ length }, (_, i) => images + i);
  const accuracyOf = async (network: Network): Promise<number[]> => {
    const source = imageSource(dataset, normalization);
    const run = await simulateNetwork(network, source, { ...runner, timeSteps, indices, seed, signal });
    return [...accuracyAt(run, dataset.labels)];
  };
  return {
    images: length,
    before: await accuracyOf(pair.snn),
    after: await accuracyOf(await carryOut(pair, suggestion, options)),
  };
}

/** The spiking network with the change; calibrated on the images of the diagnosis, where it is calibrated. */
async function carryOut(
  { ann, snn }: DiagnosisPair,
  suggestion: DiagnosisSuggestion,
  { dataset, normalization, images, runner, signal }: DiagnoseOptions,
): Promise<Network> {
  if (suggestion.kind !== 'calibration') return applySuggestion(snn, suggestion, ann);
  const first = Array.from({ length: images }, (_, i) => i);
  const { network } = await calibrateOnTrainingImages(ann, withoutShift(snn), {
    strategy: 'calibrated',
    timeSteps: suggestion.timeSteps,
    on: {
      images: normalizeImages(dataset, first, normalization),
      imageShape: dataset.imageShape,
      source: { dataSet: dataset.name, split: dataset.split, sha256: dataset.hash, images },
    },
    runner,
    signal,
    quiet: true,
  });
  return network;
}

function describeLayer(profile: LayerProfile): DiagnosedLayer {
  const { layer, neurons, theta, correlation, signal, error, dead, saturated, firstSpike, scale, histogram } =
    profile;
  return {
    layer,
    neurons,
    theta,
    correlation,
    error: Object.fromEntries(
      ERROR_PARTS.map((part) => [part, signal > 0 ? error[part].meanSquare / signal : 0]),
    ) as DiagnosedLayer['error'],
    dead,
    saturated,
    firstSpike,
    clipped: scale.shareAbove(1),
    percentiles: RANKS.map((rank) => ({ rank, value: scale.percentile(rank) })),
    histogram,
  };
}

function energies(
  runs: readonly Simulation[],
  { ann, snn }: DiagnosisPair,
  { timeSteps }: DiagnoseOptions,
): Diagnosis['energy'] {
  const operations = countSpikingOperations(joined(runs), snn);
  const multiplyAccumulates = countMultiplyAccumulates(ann.description).total;
  const powers = Array.from({ length: 13 }, (_, i) => 2 ** i).filter((t) => t < timeSteps);
  return [...powers, timeSteps].map((t) => ({
    ...estimateEnergy(operations, multiplyAccumulates, { timeSteps: t, table: HOROWITZ_45_NM }),
    source: HOROWITZ_45_NM.source,
    additions: operations.additions[t - 1]!,
    neuronUpdates: operations.neuronUpdates[t - 1]!,
    multiplyAccumulates: { snn: operations.multiplyAccumulates, ann: multiplyAccumulates },
  }));
}

/** All batches as one run, as far as its counts go. */
function joined(runs: readonly Simulation[]): Simulation {
  const [first] = runs;
  const layers = first!.layers.map((layer, i) => {
    const sum = (key: 'spikes' | 'synapticOperations'): Float64Array =>
      layer[key].map((_, t) => runs.reduce((total, run) => total + run.layers[i]![key][t]!, 0));
    return { ...layer, spikes: sum('spikes'), synapticOperations: sum('synapticOperations') };
  });
  const indices = Uint32Array.from(runs.flatMap((run) => [...run.indices]));
  return { ...first!, layers, indices };
}
