import { inferShapes, type Network } from '@opi-snn/network';

/** Values of currents kept per layer; of layers with more, some places of each image are used. */
const VALUES_KEPT = 2 ** 24;

/** Which places of a layer are used. */
export interface Sampling {
  readonly node: string;
  readonly channels: number;
  /** Places of one image. */
  readonly places: number;
  /** s: one place in so many. */
  readonly every: number;
  /** Image of each place used, [used]. */
  readonly imageOf: Uint32Array;
}

/** Images to sample, and the steps of each. */
export interface SampledImages {
  /** Normalised, `[n, height, width, channels]`. */
  readonly images: Float32Array;
  readonly timeSteps: number;
}

/** The places of each layer that are used, so that no layer needs more than 2²⁴ values of currents. */
export function planSampling(network: Network, nodes: readonly string[], options: SampledImages): Sampling[] {
  const shapes = inferShapes(network.description);
  const images = imageCount(network, options.images);
  return nodes.map((node) => {
    const shape = shapes.get(node)!;
    const channels = shape.at(-1)!;
    const places = shape.reduce((product, extent) => product * extent, 1) / channels;
    const every = Math.max(1, Math.ceil((images * places * channels * options.timeSteps) / VALUES_KEPT));
    const imageOf: number[] = [];
    for (let row = 0; row < images; row++) forEachPlace({ places, every }, row, () => imageOf.push(row));
    return { node, channels, places, every, imageOf: Uint32Array.from(imageOf) };
  });
}

/** Visits the places p of image `row` with (p + row) mod every = 0. */
export function forEachPlace(
  { places, every }: Pick<Sampling, 'places' | 'every'>,
  row: number,
  visit: (place: number) => void,
): void {
  for (let place = (every - (row % every)) % every; place < places; place += every) visit(place);
}

/** Number of images, whole or not. */
export function imageCount({ description }: Network, images: Float32Array): number {
  const shape = description.nodes.find((node) => node.op === 'input')!.shape;
  return images.length / shape.reduce((product, extent) => product * extent, 1);
}
