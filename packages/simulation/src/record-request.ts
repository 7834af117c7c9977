/** What to keep beyond predictions and counts. It is held in memory for all images: use it for few. */
export interface RecordRequest {
  /** Keep the logits of every step. */
  readonly logits?: boolean;
  /** Keep every neuron's spike count after these steps, each an integer in [1, timeSteps]. */
  readonly spikeCountsAt?: readonly number[];
  /** Keep the potentials of some neurons after every step. */
  readonly membrane?: readonly { readonly layer: string; readonly neurons: readonly number[] }[];
  /** Keep the first-spike times of each image and layer: 16 bytes for each of them, whatever T. */
  readonly firstSpikes?: boolean;
  /** Keep how long the kernels worked on each layer; not by the reference. */
  readonly layerTimes?: boolean;
}
