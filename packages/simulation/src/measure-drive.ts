import { cutNetwork, inferShapes, type Network, runNetwork } from '@opi-snn/network';
import { createRunner, type NetworkRunner, type RunnerOptions } from './create-runner.js';
import type { ImageSource } from './image-source.js';

/** Which currents are measured, and on what. */
export interface MeasureDriveOptions extends RunnerOptions {
  /** Name of the integrate-and-fire node whose input is measured. */
  readonly node: string;
  /** T, integer in [1, 65535]. */
  readonly timeSteps: number;
  /** Indices of the images, in this order; default all. */
  readonly indices?: ArrayLike<number>;
  /** Seed of random potentials of the layers before; default 0. */
  readonly seed?: number;
  /** Ends the work between two images; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Currents of one image: `[timeSteps, neurons]`, valid during the call. `row` counts the images from 0. */
export type DriveVisitor = (row: number, currents: Float32Array) => void;

/** Values of currents held at once, all images of a call of the kernels together. */
const VALUES_AT_ONCE = 2 ** 23;

/**
 * Measure the input current of every neuron of one layer at every step: what drives the layer, given the layers before it.
 *
 * Only the part of the network before the layer is simulated; its read-out accumulates the current, and differences from
 * step to step give it back (within float32 rounding of the sum). A layer that reads no spikes has the same current at
 * every step. The bits do not depend on threads or backend.
 *
 * @param network an SNN
 * @param images  normalised
 * @param visit   called once per image, in the order of `indices`
 * @throws RangeError (rejection) if the node is no integrate-and-fire node or an option is out of range
 * @throws CompileError (rejection) listing everything that cannot be simulated
 */
export async function measureDrive(
  network: Network,
  images: ImageSource,
  options: MeasureDriveOptions,
  visit: DriveVisitor,
): Promise<void> {
  const node = network.description.nodes.find(({ name }) => name === options.node);
  if (node?.op !== 'integrate-and-fire') {
    throw new RangeError(
      `measureDrive: node must be the name of an integrate-and-fire node, got ${JSON.stringify(options.node)}.`,
    );
  }
  const part = cutNetwork(network, node.inputs[0]);
  const neurons = inferShapes(network.description)
    .get(node.name)!
    .reduce((a, b) => a * b, 1);
  const indices = Uint32Array.from(options.indices ?? Array.from({ length: images.length }, (_, i) => i));
  const work = { part, images, indices, neurons, options, visit };
  const reads = part.description.nodes.some(({ op }) => op === 'integrate-and-fire');
  await (reads ? simulateDrive(work) : computeConstantDrive(work));
}

interface DriveWork {
  /** The network before the layer. */
  readonly part: Network;
  readonly images: ImageSource;
  readonly indices: Uint32Array;
  readonly neurons: number;
  readonly options: MeasureDriveOptions;
  readonly visit: DriveVisitor;
}

async function simulateDrive({ part, images, indices, neurons, options, visit }: DriveWork): Promise<void> {
  const { timeSteps, seed, signal } = options;
  const runner = await createRunner(part, options);
  const batch = Math.max(1, Math.min(64, Math.floor(VALUES_AT_ONCE / (timeSteps * neurons))));
  try {
    for (let first = 0; first < indices.length; first += batch) {
      signal?.throwIfAborted();
      const chosen = indices.subarray(first, first + batch);
      const run: Parameters<NetworkRunner['run']>[1] = {
        timeSteps,
        indices: chosen,
        record: { logits: true },
        ...(seed !== undefined && { seed }),
      };
      const sums = (await runner.run(images, run)).logits!;
      for (let i = 0; i < chosen.length; i++) {
        const image = sums.subarray(i * timeSteps * neurons, (i + 1) * timeSteps * neurons);
        for (let at = image.length - 1; at >= neurons; at--) image[at]! -= image[at - neurons]!;
        visit(first + i, image);
      }
    }
  } finally {
    await runner.close();
  }
}

async function computeConstantDrive({
  part,
  images,
  indices,
  neurons,
  options,
  visit,
}: DriveWork): Promise<void> {
  const { timeSteps, signal } = options;
  const [height, width, channels] = images.imageShape;
  const pixels = new Float32Array(height * width * channels);
  const currents = new Float32Array(timeSteps * neurons);
  for (let row = 0; row < indices.length; row++) {
    signal?.throwIfAborted();
    await images.read(indices.subarray(row, row + 1), pixels);
    const { data } = runNetwork(part, pixels).output;
    for (let t = 0; t < timeSteps; t++) currents.set(data, t * neurons);
    visit(row, currents);
  }
}
