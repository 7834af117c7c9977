import { inferShapes, runNetwork, type Network } from '@opi-snn/network';
import { ImportError, type ImportProblem } from './import-error.js';
import type { NumpyArray } from './npz.js';

/** How near a network's logits are to those of its source. */
export interface LogitComparison {
  /** Number of sample images. */
  readonly samples: number;
  /** max |difference| over all samples and logits. */
  readonly largestDifference: number;
  /** max |logit| of the source, what the difference is to be seen against. */
  readonly largestLogit: number;
  /** Samples whose arg-max is the same. */
  readonly sameArgMax: number;
}

/** Names under which sample images and logits are looked for, in this order. */
const INPUT_NAMES = ['input', 'inputs', 'x', 'images', 'arr_0'];
const LOGIT_NAMES = ['logits', 'output', 'outputs', 'y', 'arr_1'];

/**
 * Computes the logits of sample inputs with the reference forward pass and compares them with those of the source.
 *
 * @param samples arrays by name: images `input` (or inputs, x, images, arr_0), `[n, channels, height, width]` for
 *   layout NCHW, as they entered the source (normalised); and `logits` (or output, outputs, y, arr_1), `[n, classes]`
 * @param layout how the images lie in the sample file
 * @param source the file's name for error messages
 * @throws ImportError if an array is missing or of another shape
 */
export function verifyLogits(
  network: Network,
  samples: ReadonlyMap<string, NumpyArray>,
  layout: 'NCHW' | 'NHWC',
  source = 'samples',
): LogitComparison {
  const shapes = inferShapes(network.description);
  const [height, width, channels] = [...shapes.values()][0] as [number, number, number];
  const classes = shapes.get(network.description.output)!.reduce((a, b) => a * b, 1);
  const problems: ImportProblem[] = [];
  const pick = (names: readonly string[], shape: readonly number[]): NumpyArray | undefined => {
    const name = names.find((candidate) => samples.has(candidate));
    const array = name === undefined ? undefined : samples.get(name);
    const wanted = `[n, ${shape.join(', ')}]`;
    const count = array === undefined ? 0 : array.data.length / shape.reduce((a, b) => a * b, 1);
    const fits = array?.shape[0] === count && sameExtents(array.shape.slice(1), shape);
    if (array !== undefined && fits && count > 0) return array;
    const found =
      array === undefined
        ? samples.size === 0
          ? 'no arrays'
          : `only ${[...samples.keys()].join(', ')}`
        : `[${array.shape.join(', ')}]`;
    problems.push({
      node: name ?? names[0]!,
      message: `an array ${wanted} is needed, the file has ${found}`,
      remedy: `Write numpy.savez(file, input=…, logits=…) with images in layout ${layout}`,
    });
    return undefined;
  };
  const image = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  const input = pick(INPUT_NAMES, image);
  const logits = pick(LOGIT_NAMES, [classes]);
  if (input === undefined || logits === undefined) throw new ImportError('verifyLogits', source, problems);
  if (input.shape[0] !== logits.shape[0]) {
    throw new ImportError('verifyLogits', source, [
      {
        node: null,
        message: `there are ${input.shape[0]!} images but ${logits.shape[0]!} rows of logits`,
        remedy: 'Write one row of logits per image',
      },
    ]);
  }
  const images =
    layout === 'NHWC' ? Float32Array.from(input.data) : toNhwc(input.data, [channels, height, width]);
  return compare(runNetwork(network, images).output.data, logits.data, classes);
}

/** Extents equal up to ones: logits may be [n, classes, 1, 1]. */
function sameExtents(given: readonly number[], wanted: readonly number[]): boolean {
  if (given.length === wanted.length) return given.every((extent, i) => extent === wanted[i]);
  const essential = (extents: readonly number[]): string => extents.filter((extent) => extent !== 1).join();
  return essential(given) === essential(wanted);
}

/** Images [n, channels, height, width] as [n, height, width, channels]. */
export function toNhwc(
  data: ArrayLike<number>,
  [channels, height, width]: readonly [channels: number, height: number, width: number],
): Float32Array {
  const pixels = height * width;
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const pixel = i % pixels;
    const plane = (i - pixel) / pixels;
    const channel = plane % channels;
    result[(plane - channel) * pixels + pixel * channels + channel] = data[i]!;
  }
  return result;
}

function compare(got: ArrayLike<number>, expected: Float64Array, classes: number): LogitComparison {
  let largestDifference = 0;
  let largestLogit = 0;
  let sameArgMax = 0;
  const samples = expected.length / classes;
  for (let n = 0; n < samples; n++) {
    let [bestGot, bestExpected] = [n * classes, n * classes];
    for (let i = n * classes; i < (n + 1) * classes; i++) {
      const difference = Math.abs(got[i]! - expected[i]!);
      // A NaN is as far away as can be.
      largestDifference = Math.max(largestDifference, Number.isNaN(difference) ? Infinity : difference);
      largestLogit = Math.max(largestLogit, Math.abs(expected[i]!));
      if (got[i]! > got[bestGot]!) bestGot = i;
      if (expected[i]! > expected[bestExpected]!) bestExpected = i;
    }
    if (bestGot === bestExpected) sameArgMax++;
  }
  return { samples, largestDifference, largestLogit, sameArgMax };
}
