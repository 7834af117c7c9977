/** Zeros around an image before a window slides over it. */
export interface PlanPadding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Average pooling of the source before the synapse; its factor 1/(height·width) and θ are folded into the weights. */
export interface PlanPool {
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: PlanPadding;
}

/**
 * Weighted connections. A dense layer is a convolution whose kernel covers its whole source.
 * `weights` is [kernelHeight, kernelWidth, in, out]; θ of the source (and the pooling factor) is folded in,
 * so that a spike adds its row of weights.
 */
export interface ConvolutionSynapse {
  readonly kind: 'convolution';
  /** Index of the spiking layer it reads, or `'input'`: the analog image, a constant current. */
  readonly source: number | 'input';
  readonly pool?: PlanPool;
  readonly kernelSize: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: PlanPadding;
  readonly weights: Float32Array;
}

/** A residual connection without weights: neuron i receives `scale[channel]` for each spike of neuron i of the source. */
export interface IdentitySynapse {
  readonly kind: 'identity';
  readonly source: number;
  readonly pool?: PlanPool;
  /** θ of the source (times the pooling factor) per channel, [channels]. */
  readonly scale: Float32Array;
}

export type Synapse = ConvolutionSynapse | IdentitySynapse;

/** Integrate-and-fire neurons of one layer. */
export interface PlanNeuron {
  /** θ per channel, [channels], > 0. */
  readonly theta: Float32Array;
  readonly reset: 'subtraction' | 'zero';
}

/** One layer: u = v + bias (or constant current) + Σ synapses, in the order listed; spike when u ≥ θ. */
export interface SpikingLayer {
  readonly name: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly synapses: readonly Synapse[];
  /** [channels]; zeros when there is none. Injected at every step. */
  readonly bias: Float32Array;
  /** Absent in the read-out layer (the last one): its potential accumulates and is the logits. */
  readonly neuron?: PlanNeuron;
}

/** What the kernels run: layers in topological order; the last one is the read-out. */
export interface SpikingPlan {
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly layers: readonly SpikingLayer[];
}
