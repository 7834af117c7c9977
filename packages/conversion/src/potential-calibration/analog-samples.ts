import { runNetwork, type Network } from '@opi-snn/network';
import { forEachPlace, imageCount, type Sampling } from './place-sampling.js';

/** z and a of the ANN at the places used, each `[places, channels]`. */
export interface AnalogSample {
  readonly preActivations: Float32Array;
  readonly targets: Float32Array;
}

/** Runs the ANN on every image and keeps z and a of each layer where they are used. */
export function analogSamples(
  ann: Network,
  plan: readonly Sampling[],
  images: Float32Array,
): ReadonlyMap<string, AnalogSample> {
  const inputs = new Map(ann.description.nodes.map(({ name, inputs: [first] }) => [name, first!]));
  const collected = new Map(
    plan.map(({ node, imageOf, channels }) => {
      const values = (): Float32Array => new Float32Array(imageOf.length * channels);
      return [node, { preActivations: values(), targets: values(), filled: 0 }];
    }),
  );
  const names = plan.flatMap(({ node }) => [node, inputs.get(node)!]);
  const count = imageCount(ann, images);
  const size = images.length / count;
  for (let row = 0; row < count; row++) {
    const image = images.subarray(row * size, (row + 1) * size);
    const { activations } = runNetwork(ann, image, { activations: names });
    for (const sampling of plan) {
      const sample = collected.get(sampling.node)!;
      const { channels } = sampling;
      const [a, z] = [activations.get(sampling.node)!, activations.get(inputs.get(sampling.node)!)!];
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
