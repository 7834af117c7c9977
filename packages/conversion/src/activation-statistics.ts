import type { Tensor } from '@opi-snn/network';

/**
 * What threshold rules need to know about the output of one activation node over many images. Plain data; measured by
 * `@opi-snn/training`, or by anything else that can run the ANN.
 *
 * The rules never see images: measure on training images, never on test images.
 */
export interface LayerStatistics {
  /** Name of the activation node whose output was measured. */
  readonly node: string;
  /** Largest output over all images and neurons [activation], exact. */
  readonly maximum: number;
  /**
   * Percentiles of the output over all images and neurons [activation], each with its rank in percent, such as
   * `{ percentile: 99.9, value: 2.31 }`. Whoever measures says whether zeros count.
   */
  readonly percentiles?: readonly { readonly percentile: number; readonly value: number }[];
  /** Largest output of each neuron over all images [activation], exact; the shape of the layer. */
  readonly neuronMaxima?: Tensor;
  /** Some of the outputs, zeros included, for rules that weigh errors [activation]; read only. */
  readonly sample?: Float32Array;
}
