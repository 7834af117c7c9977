import type { Network } from '@opi-snn/network';
import { decomposeError, drawInitialPotentials, type ErrorPart } from '@opi-snn/theory';
import type { LayerActivity, Simulation } from './simulation.js';

/** What the ANN computed at one activation for the images of a run; `collectActivations` of `@opi-snn/training` gives it. */
export interface AnnLayerValues {
  /** a, outputs of the activation, `[images, neurons]` in the order of the run's images. */
  readonly output: Float32Array;
  /** z, inputs of the activation, `[images, neurons]`; needed to tell the causes of the error apart. */
  readonly input?: Float32Array;
  /** λ where the activation is clipped, [1] or [channels]; absent for a ReLU, which has no bound. */
  readonly bound?: Float32Array;
  /**
   * z̄, average input per step that the spiking neurons received, `[images, neurons]`: the ANN's layer applied to what
   * the spiking layers before put out on average. With it the error of the layers before is told apart as `inherited`.
   */
  readonly averageInput?: Float32Array;
}

/** First two moments of one part of the error, in units of D = θ/T and D². */
export interface ErrorMoments {
  readonly mean: number;
  readonly meanSquare: number;
}

/** Measured conversion error of one layer after T steps, in units of the quantum D = θ/T. */
export interface LayerError {
  readonly layer: string;
  /** T. */
  readonly timeSteps: number;
  /** Number of (image, neuron) pairs. */
  readonly samples: number;
  /** mean (a − φ)/D: ANN minus SNN, as in the theory's `ConversionError`. */
  readonly bias: number;
  /** mean ((a − φ)/D)². */
  readonly squaredError: number;
  /**
   * Causes of φ − clip(z, 0, λ), SNN minus ANN, if z was given; see `decomposeError` of `@opi-snn/theory`. Without the
   * average input, `inherited` is zero and unevenness contains the error that the layers before pass on.
   */
  readonly parts?: Readonly<Record<ErrorPart, ErrorMoments>>;
}

/**
 * Compare the mean output φ = θ · count/T of every spiking neuron with the ANN's activation.
 *
 *   bias = mean (a − φ) · T/θ,   squared error = mean ((a − φ) · T/θ)²
 *
 * Neurons are measured in units of their own θ (Theorem 1), so that layers with a threshold per channel give one
 * number. For one layer under constant input the numbers are those of `integrateConversionError`.
 *
 * @param simulation a run with `record.spikeCountsAt`
 * @param network    the SNN that ran, for its thresholds
 * @param ann        values of the ANN for the same images, by name of the activation; layers that are missing are left out
 * @returns one entry per layer and step, layers in the order of the run
 * @throws RangeError if the run has no spike counts or an array has a wrong length
 */
export function measureError(
  simulation: Simulation,
  network: Network,
  ann: ReadonlyMap<string, AnnLayerValues>,
): LayerError[] {
  const { spikeCounts, layers, indices } = simulation;
  if (spikeCounts === undefined) {
    throw new RangeError(
      'measureError: simulation must hold spike counts, got none. Run with record.spikeCountsAt.',
    );
  }
  return layers.slice(0, -1).flatMap((layer, layerIndex) => {
    const values = ann.get(layer.name);
    if (values === undefined) return [];
    checkLengths(layer, values, indices.length);
    const theta = thresholdOf(network, layer);
    const v0 = startingPotentials(simulation, layerIndex, theta);
    const counts = spikeCounts.byLayer.get(layer.name)!;
    return spikeCounts.at.map((timeSteps, i) =>
      layerError(layer.name, { values, theta, v0, counts: counts[i]!, timeSteps }),
    );
  });
}

function checkLengths(layer: LayerActivity, values: AnnLayerValues, images: number): void {
  const length = images * layer.neurons;
  const { output, input, averageInput } = values;
  for (const [name, array] of Object.entries({ output, input, averageInput })) {
    if (array !== undefined && array.length !== length) {
      throw new RangeError(
        `measureError: ${name} of ${layer.name} must hold ${images} · ${layer.neurons} values, got ${array.length}.`,
      );
    }
  }
}

/**
 * θ of one layer, [channels] or [neurons] [activation]; neuron i has the one at i mod length.
 *
 * @internal
 * @throws RangeError if the network has no such layer
 */
export function thresholdOf(
  { description, tensors }: Network,
  { name, shape }: Pick<LayerActivity, 'name' | 'shape'>,
): Float32Array {
  const tensor = tensors.get(`${name}/threshold`);
  if (tensor === undefined) {
    throw new RangeError(
      `measureError: network must hold the tensor ${name}/threshold. Give the network that ran.`,
    );
  }
  const node = description.nodes.find((one) => one.name === name);
  if (node?.op === 'integrate-and-fire' && node.emission?.kind === 'group') {
    throw new RangeError(
      `measureError: network must not have group neurons, got ${name}. Their error is that of plain neurons with θ/m, which may fire ` +
        'several times a step.',
    );
  }
  return tensor.data.length === 1 ? new Float32Array(shape[2]).fill(tensor.data[0]!) : tensor.data;
}

/** v0 of the run, `[images, neurons]`, drawn again from its seed. */
function startingPotentials(simulation: Simulation, layerIndex: number, theta: Float32Array): Float32Array {
  const { indices, seed } = simulation;
  const { neurons } = simulation.layers[layerIndex]!;
  const v0 = new Float32Array(indices.length * neurons);
  indices.forEach((imageIndex, i) => {
    const out = v0.subarray(i * neurons, (i + 1) * neurons);
    drawInitialPotentials(simulation.initialPotentials[layerIndex]!, {
      seed,
      imageIndex,
      layerIndex,
      theta,
      out,
    });
  });
  return v0;
}

interface LayerSamples {
  readonly values: AnnLayerValues;
  readonly theta: Float32Array;
  readonly v0: Float32Array;
  readonly counts: Uint16Array;
  readonly timeSteps: number;
}

function layerError(layer: string, samples: LayerSamples): LayerError {
  const { values, theta, counts, timeSteps } = samples;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < counts.length; i++) {
    const error = (values.output[i]! / theta[i % theta.length]!) * timeSteps - counts[i]!;
    sum += error;
    squares += error * error;
  }
  const moments = { bias: sum / counts.length, squaredError: squares / counts.length };
  const parts = values.input === undefined ? {} : { parts: errorParts(samples, values.input) };
  return { layer, timeSteps, samples: counts.length, ...moments, ...parts };
}

/** Causes of the error, computed for neurons of threshold 1. */
function errorParts(
  { values, theta, v0, counts, timeSteps }: LayerSamples,
  preActivations: Float32Array,
): NonNullable<LayerError['parts']> {
  const inTheta = (value: number, i: number): number => value / theta[i % theta.length]!;
  const { averageInput, bound } = values;
  const { mean, meanSquare } = decomposeError({
    z: Float64Array.from(preActivations, inTheta),
    ...(averageInput && { averageInput: Float64Array.from(averageInput, inTheta) }),
    ...(bound && { lambda: Float64Array.from(v0, (_, i) => inTheta(bound[i % bound.length]!, i)) }),
    output: Float64Array.from(counts, (count) => count / timeSteps),
    theta: 1,
    timeSteps,
    v0: Float64Array.from(v0, inTheta),
  });
  const moments = (part: ErrorPart): ErrorMoments => {
    return { mean: mean[part] * timeSteps, meanSquare: meanSquare[part] * timeSteps ** 2 };
  };
  return {
    inherited: moments('inherited'),
    clipping: moments('clipping'),
    quantization: moments('quantization'),
    unevenness: moments('unevenness'),
    total: moments('total'),
  };
}
