/** Zeros around an image before a window slides over it. */
export interface PlanPadding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Pooling of the source before the synapse. */
export interface PlanPool {
  /**
   * Absent: the average, whose factor 1/(height·width) is folded into the weights like θ. `'maximum'`: a place passes on by how
   * much the largest spike count of its window has grown, so that its rate is the largest of the window; only the
   * reference and the event-driven kernels know it, and neither the image nor neurons with an amplitude may be read so.
   */
  readonly rule?: 'maximum';
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

/**
 * What neurons send other than single positive spikes; only the reference and the event-driven kernels know these.
 *
 * - `signed`: a spike when u ≥ θ; a negative one when u ≤ −θ and the spikes sent so far add up to more than 0, so that no
 *   output is ever negative in total.
 * - `group`: m members share the input, their thresholds are θ, 2θ, … mθ; as many spikes as thresholds are reached.
 */
export type Emission =
  | { readonly kind: 'signed' }
  | { readonly kind: 'group'; /** m, integer in [1, 255]. */ readonly members: number };

/** Integrate-and-fire neurons of one layer. */
export interface PlanNeuron {
  /** θ per channel, [channels], or per neuron, [height · width · channels], > 0. Of a group: of its first member. */
  readonly theta: Float32Array;
  readonly reset: 'subtraction' | 'zero';
  /** Absent: one spike when u ≥ θ, none otherwise. With it the reset is by subtraction of θ for each spike. */
  readonly emission?: Emission;
  /**
   * What a spike of each neuron carries beyond what the weights say, [height · width · channels], finite: θ per neuron
   * cannot be folded into weights that all places share. Absent: 1.
   */
  readonly amplitude?: Float32Array;
}

/** One layer: u = v + bias (or constant current) + Σ synapses, in the order listed; spike when u ≥ θ. */
export interface SpikingLayer {
  readonly name: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly synapses: readonly Synapse[];
  /** [channels]; zeros when there is none. Injected at every step. */
  readonly bias: Float32Array;
  /**
   * Grid of an int16 plan, [channels], > 0: the activation that 1 of the layer's integers stands for. One for all channels
   * of the read-out, whose logits are compared.
   */
  readonly step?: Float32Array;
  /** Absent in the read-out layer (the last one): its potential accumulates and is the logits. */
  readonly neuron?: PlanNeuron;
}

/**
 * How a plan is computed: in float32, in the order of float-order.ts; or in integers, by the rules of int16-arithmetic.ts.
 * An int16 plan gives every layer its `step`; θ, weights that spikes choose, scales, and biases of layers that the image
 * does not drive are integers in [−32767, 32767] (held in the same float arrays, which hold them exactly), and
 * bias plus all spikes of a step stay within [−32768, 32767] in every channel, ±524,287 in the read-out.
 */
export type Precision = 'float32' | 'int16';

/** What the kernels run: layers in topological order; the last one is the read-out. */
export interface SpikingPlan {
  /** Default `'float32'`. */
  readonly precision?: Precision;
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly layers: readonly SpikingLayer[];
}
