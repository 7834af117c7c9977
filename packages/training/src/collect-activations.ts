import type { Dataset } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { visitActivations, type ActivationOptions } from './visit-activations.js';

/** Inputs and outputs of one activation node, image by image. */
export interface CollectedActivations {
  /** Name of the activation node. */
  readonly node: string;
  /** Without the batch: `[height, width, channels]` or `[features]`. */
  readonly shape: readonly number[];
  /** Pre-activations z, `[images, ...shape]` [activation]. */
  readonly input: Float32Array;
  /** Activations a, `[images, ...shape]` [activation]. */
  readonly output: Float32Array;
}

/**
 * Pre-activations z and activations a of the activation nodes for some images, for predicting the conversion error
 * under the measured distribution and for comparing an SNN with its ANN layer by layer.
 *
 * All of it is held in memory, 8 bytes per neuron and image (1.5 MB per image for all of ResNet-20): name the nodes
 * or take few images.
 *
 * @returns by node, in the order of the network
 * @throws RangeError listing every option that is wrong
 */
export async function collectActivations(
  network: Network,
  dataset: Dataset,
  options: ActivationOptions,
): Promise<ReadonlyMap<string, CollectedActivations>> {
  const total = options.indices?.length ?? options.images ?? dataset.length;
  const collected = new Map<string, CollectedActivations>();
  await visitActivations('collectActivations', { network, dataset }, options, (batch) => {
    const { node, shape, from } = batch;
    const neurons = shape.reduce((product, extent) => product * extent, 1);
    const target = collected.get(node.name) ?? {
      node: node.name,
      shape,
      input: new Float32Array(total * neurons),
      output: new Float32Array(total * neurons),
    };
    collected.set(node.name, target);
    target.input.set(batch.input(), from * neurons);
    target.output.set(batch.output(), from * neurons);
  });
  return collected;
}
