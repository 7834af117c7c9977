/** What the neurons of one layer sent in one step, [height, width, channels]. */
export interface Emitted {
  /** Number of spikes: 0 or 1; with a sign, or several of a group. */
  readonly spikes: Int16Array;
  /** What they carry: the number times the neuron's amplitude. */
  readonly values: Float32Array;
}
