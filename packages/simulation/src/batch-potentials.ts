import type { LayerPotential, SpikingPlan } from '@opi-snn/neuron-kernels';
import { drawInitialPotentials, type InitialPotential } from '@opi-snn/theory';
import { isPerChannel } from './per-channel.js';
import { neuronsOf } from './run-memory.js';

/** Potentials of a run, batch by batch. Every draw is keyed by (seed, image, layer, neuron): the batch does not matter. */
export class BatchPotentials {
  readonly #layers: readonly LayerDraw[];
  readonly #seed: number;

  /**
   * @param potentials one per spiking layer
   * @param batchSize  largest batch that will be asked for
   */
  constructor(
    plan: SpikingPlan,
    potentials: readonly InitialPotential[],
    { seed, batchSize }: { readonly seed: number; readonly batchSize: number },
  ) {
    this.#seed = seed;
    this.#layers = potentials.map((potential, layerIndex) => {
      const layer = plan.layers[layerIndex]!;
      const theta = layer.neuron!.theta;
      const channels = layer.shape[2];
      const perChannel = theta.length === channels && isPerChannel(potential, channels);
      const neurons = perChannel ? channels : neuronsOf(layer);
      const values = new Float32Array(perChannel ? neurons : neurons * batchSize);
      // These depend on the channel alone: any image gives them.
      if (perChannel)
        drawInitialPotentials(potential, { seed, imageIndex: 0, layerIndex, theta, out: values });
      return { potential, theta, neurons, values, perChannel };
    });
  }

  /** Potentials of the images `indices`; valid until the next call. */
  of(indices: Uint32Array): LayerPotential[] {
    return this.#layers.map(({ potential, theta, neurons, values, perChannel }, layerIndex) => {
      if (perChannel) return { kind: 'per-channel', values };
      indices.forEach((imageIndex, i) => {
        const out = values.subarray(i * neurons, (i + 1) * neurons);
        drawInitialPotentials(potential, { seed: this.#seed, imageIndex, layerIndex, theta, out });
      });
      return { kind: 'per-neuron', values: values.subarray(0, indices.length * neurons) };
    });
  }
}

interface LayerDraw {
  readonly potential: InitialPotential;
  readonly theta: Float32Array;
  /** Values per image. */
  readonly neurons: number;
  readonly values: Float32Array;
  readonly perChannel: boolean;
}
