import type { JsonValue, Network } from '@opi-snn/network';
import { analogRun, analogSamples, type AnalogRun, type AnalogSample } from './analog-samples.js';
import { assertCalibratable } from './assert-calibratable.js';
import { channelErrors, type ChannelNeurons, type LayerSample } from './layer-sample.js';
import { forEachPlace, imageCount, planSampling, type Sampling } from './place-sampling.js';
import { setNeurons } from './set-neurons.js';
import { chooseNeurons, type PotentialStrategy } from './strategy.js';

/**
 * Measures what drives a layer of a spiking network on the calibration images: `visit` is called for each image, in order,
 * with the input currents `[timeSteps, neurons]` of the node. `measureDrive` of `@opi-snn/simulation` does it.
 */
export type DriveMeasurement = (
  network: Network,
  request: { readonly node: string; readonly timeSteps: number },
  visit: (row: number, currents: Float32Array) => void,
) => Promise<void>;

/** How a converted network is calibrated. */
export interface PotentialCalibrationOptions {
  /** Key of `POTENTIAL_STRATEGIES`. */
  readonly strategy: PotentialStrategy;
  /** T for which the mean answer is made right, integer ≥ 1. */
  readonly timeSteps: number;
  /** Normalised images, `[n, height, width, channels]`; from the training set, never from the test set. */
  readonly images: Float32Array;
  /** The same images through the ANN, if that was done already; default {@link analogRun}. */
  readonly analog?: AnalogRun;
  /** The same images through the spiking network. */
  readonly drive: DriveMeasurement;
  /** Where the images come from (data set, number, seed), for the provenance. */
  readonly source: JsonValue;
  /** Called before each layer. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Error of a layer on the calibration images, in units of D = θ/T of the converted layer and D². */
export interface CalibrationError {
  /** Root mean square over the channels of the mean of φ − a. */
  readonly bias: number;
  /** Mean of (φ − a)². */
  readonly squaredError: number;
}

/** What calibration did to one layer. */
export interface LayerCalibration {
  /** Name of the integrate-and-fire node. */
  readonly node: string;
  /** θ, [channels] [activation]. */
  readonly theta: readonly number[];
  /** v0/θ, [channels]. */
  readonly fractions: readonly number[];
  /** With the θ of the conversion and θ/2, behind the layers that were calibrated before. */
  readonly before: CalibrationError;
  /** What is predicted: with the values chosen. */
  readonly after: CalibrationError;
}

/** A calibrated network and what was done. */
export interface PotentialCalibration {
  /** The SNN with the values found; strategy, T and source of the images stand in `provenance.calibration`. */
  readonly network: Network;
  /** In the order of the nodes. */
  readonly layers: readonly LayerCalibration[];
}

/**
 * Calibrate thresholds and initial potentials of a converted network: post-hoc, weights stay as they are.
 *
 * Layer by layer, in the order of the nodes, each given what the calibrated layers before it really send. Since a layer
 * depends on those before it alone, one pass finds the solution; there is nothing to iterate over. The bits depend on the
 * networks, the images and the options alone.
 *
 * Of a layer with N images · P places · C channels · T steps beyond 2²⁴ values, place p of image i is used where
 * (p + i) mod s = 0, with the least s that keeps within it.
 *
 * @param ann     the ANN the network was converted from (`foldRateNorm` of it, where it has Rate-Norms)
 * @param network the SNN, every neuron with reset by subtraction; not altered
 * @throws RangeError naming everything wrong with networks and options
 * @see docs/methods/calibrated-potentials.md
 */
export async function calibratePotentials(
  ann: Network,
  network: Network,
  options: PotentialCalibrationOptions,
): Promise<PotentialCalibration> {
  const nodes = assertCalibratable(ann, network, options);
  const plan = planSampling(network, nodes, options);
  const run = options.analog ?? analogRun(ann, nodes, options.images);
  const analog = analogSamples(ann, plan, { images: imageCount(ann, options.images), run });
  const layers: LayerCalibration[] = [];
  let calibrated = network;
  for (const [index, sampling] of plan.entries()) {
    options.onProgress?.({ done: index, total: plan.length });
    const values = analog.get(sampling.node)!;
    const currents = await currentsOf(calibrated, sampling, values, options);
    const layer = calibrateLayer(calibrated, sampling, { ...values, currents }, options);
    const { theta, fractions } = layer;
    calibrated = setNeurons(calibrated, sampling.node, {
      fractions,
      ...(options.strategy === 'joint' && { theta }),
    });
    layers.push(layer);
  }
  return { network: withProvenance(calibrated, options), layers };
}

/** `[places, timeSteps, channels]`. */
async function currentsOf(
  network: Network,
  sampling: Sampling,
  { preActivations }: AnalogSample,
  { strategy, timeSteps, drive }: PotentialCalibrationOptions,
): Promise<Float32Array> {
  const { node, channels, places, imageOf } = sampling;
  const used = imageOf.length;
  const currents = new Float32Array(used * timeSteps * channels);
  let filled = 0;
  const add = (values: Float32Array, from: number): void => {
    currents.set(values.subarray(from, from + channels), filled);
    filled += channels;
  };
  if (strategy === 'zero-mean') {
    for (let place = 0; place < used; place++) {
      for (let t = 0; t < timeSteps; t++) add(preActivations, place * channels);
    }
    return currents;
  }
  await drive(network, { node, timeSteps }, (row, steps) => {
    forEachPlace(sampling, row, (place) => {
      for (let t = 0; t < timeSteps; t++) add(steps, (t * places + place) * channels);
    });
  });
  return currents;
}

function calibrateLayer(
  network: Network,
  { node, channels, imageOf }: Sampling,
  { currents, targets }: Pick<LayerSample, 'currents' | 'targets'>,
  { strategy, timeSteps }: PotentialCalibrationOptions,
): LayerCalibration {
  const given = network.tensors.get(`${node}/threshold`)!.data;
  const theta = Float64Array.from({ length: channels }, (_, c) => given[c % given.length]!);
  const places = imageOf.length;
  const sample: LayerSample = { timeSteps, channels, places, imageOf, currents, targets };
  const chosen = chooseNeurons(strategy, sample, theta);
  const half = { theta, v0: theta.map((value) => value / 2) };
  return {
    node,
    theta: Array.from(chosen.theta, Math.fround),
    fractions: Array.from(chosen.v0, (v0, c) => Math.fround(v0 / chosen.theta[c]!)),
    before: errorOf(sample, half, theta),
    after: errorOf(sample, chosen, theta),
  };
}

function errorOf(sample: LayerSample, neurons: ChannelNeurons, unit: Float64Array): CalibrationError {
  const { mean, meanSquare } = channelErrors(sample, neurons);
  let [bias, squaredError] = [0, 0];
  unit.forEach((theta, c) => {
    const quantum = theta / sample.timeSteps;
    bias += (mean[c]! / quantum) ** 2;
    squaredError += meanSquare[c]! / quantum ** 2;
  });
  return { bias: Math.sqrt(bias / unit.length), squaredError: squaredError / unit.length };
}

function withProvenance(
  network: Network,
  { strategy, timeSteps, source }: PotentialCalibrationOptions,
): Network {
  const calibration = { strategy, timeSteps, source };
  const provenance = { ...network.description.provenance, calibration };
  return { ...network, description: { ...network.description, provenance } };
}
