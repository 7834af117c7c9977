import { runNetwork, type Network } from '@opi-snn/network';
import { forEachPlace, imageCount, type Sampling } from './place-sampling.js';

/** z and a of the ANN at the places used, each `[places, channels]`. */
export interface AnalogSample {
  readonly preActivations: Float32Array;
  readonly targets: Float32Array;
}

/** Values of nodes of the ANN for one image, by name: at least each activation and its input. */
export type AnalogRun = (row: number) => ReadonlyMap<string, { readonly data: Float32Array }>;

/** What the ANN computes at its activations, image by image; plainly, by {@link runNetwork}. */
export function analogRun(ann: Network, nodes: readonly string[], images: Float32Array): AnalogRun {
  const inputs = inputsOf(ann);
  const activations = nodes.flatMap((node) => [node, inputs.get(node)!]);
  const size = images.length / imageCount(ann, images);
  return (row) => runNetwork(ann, images.subarray(row * size, (row + 1) * size), { activations }).activations;
}

/** Keeps z and a of each layer, of every image, where they are used. */
export function analogSamples(
  ann: Network,
  plan: readonly Sampling[],
  { images, run }: { readonly images: number; readonly run: AnalogRun },
): ReadonlyMap<string, AnalogSample> {
  const inputs = inputsOf(ann);
  const collected = new Map(
    plan.map(({ node, imageOf, channels }) => {
      const values = (): Float32Array => new Float32Array(imageOf.length * channels);
      return [node, { preActivations: values(), targets: values(), filled: 0 }];
    }),
  );
  for (let row = 0; row < images; row++) {
    const values = run(row);
    for (const sampling of plan) {
      const sample = collected.get(sampling.node)!;
      const { channels } = sampling;
      const [a, z] = [values.get(sampling.node)!, values.get(inputs.get(sampling.node)!)!];
      forEachPlace(sampling, row, (place) => {
        const [from, to] = [place * channels, (place + 1) * channels];
        sample.targets.set(a.data.subarray(from, to), sample.filled);
        sample.preActivations.set(z.data.subarray(from, to), sample.filled);
        sample.filled += channels;
      });
    }
  }
  return collected;
}

/** First input of every node that has one. */
function inputsOf({ description }: Network): ReadonlyMap<string, string> {
  return new Map(description.nodes.map(({ name, inputs: [first] }) => [name, first!]));
}
