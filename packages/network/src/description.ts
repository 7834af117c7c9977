import type { SharedPotential } from '@opi-snn/theory';

/** Rows and columns added around an image before a window slides over it; always explicit, zeros. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Images `[height, width, channels]`, NHWC without the batch. */
export interface InputNode {
  readonly op: 'input';
  readonly name: string;
  readonly inputs: readonly [];
  readonly shape: readonly [height: number, width: number, channels: number];
}

/** Cross-correlation. Tensors: `NAME/kernel` [kernelHeight, kernelWidth, in, out]; `NAME/bias` [out] if `bias`. */
export interface Conv2dNode {
  readonly op: 'conv2d';
  readonly name: string;
  readonly inputs: readonly [string];
  readonly kernelSize: readonly [height: number, width: number];
  readonly filters: number;
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly bias: boolean;
}

/** Matrix product with a vector input. Tensors: `NAME/kernel` [in, out]; `NAME/bias` [out] if `bias`. */
export interface DenseNode {
  readonly op: 'dense';
  readonly name: string;
  readonly inputs: readonly [string];
  readonly units: number;
  readonly bias: boolean;
}

/** Per channel: γ (x − mean) / √(variance + ε) + β. Tensors `NAME/gamma`, `/beta`, `/mean`, `/variance`, each [channels]. */
export interface BatchNormNode {
  readonly op: 'batch-norm';
  readonly name: string;
  readonly inputs: readonly [string];
  readonly epsilon: number;
}

/** Elementwise sum of equally shaped inputs, in the order given. */
export interface AddNode {
  readonly op: 'add';
  readonly name: string;
  readonly inputs: readonly string[];
}

/** Mean or maximum over a sliding window. Padded positions do not exist in a maximum and count as zeros in a mean. */
export interface PoolNode {
  readonly op: 'average-pool' | 'max-pool';
  readonly name: string;
  readonly inputs: readonly [string];
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

/** Mean over all pixels: [h, w, c] → [c]. */
export interface GlobalAveragePoolNode {
  readonly op: 'global-average-pool';
  readonly name: string;
  readonly inputs: readonly [string];
}

/** [h, w, c] → [h·w·c], row-major. */
export interface FlattenNode {
  readonly op: 'flatten';
  readonly name: string;
  readonly inputs: readonly [string];
}

/** max(x, 0). */
export interface ReluNode {
  readonly op: 'relu';
  readonly name: string;
  readonly inputs: readonly [string];
}

/** min(max(x, 0), λ), λ trainable (TCL, OPI). Tensor `NAME/bound` [1] (whole layer) or [channels]. */
export interface ClipNode {
  readonly op: 'clip';
  readonly name: string;
  readonly inputs: readonly [string];
}

/** λ · clip(⌊x L/λ + 1/2⌋ / L, 0, 1) (Bu et al., ICLR 2022). Tensor `NAME/bound` (λ) [1] or [channels]. */
export interface QcfsNode {
  readonly op: 'qcfs';
  readonly name: string;
  readonly inputs: readonly [string];
  readonly levels: number;
}

/**
 * Rate-Norm: clip(x / v_th, 0, 1) with v_th = maximum · σ(scale) + 10⁻⁶; the output is a firing rate (Ding et al., 2021).
 * Tensors `NAME/maximum` [1], the running maximum of x, > 0, and `NAME/scale` [1].
 */
export interface RateNormNode {
  readonly op: 'rate-norm';
  readonly name: string;
  readonly inputs: readonly [string];
}

/** v0/θ stands in the tensor `NAME/initial-potential`: [1], [channels], or one value per neuron. */
export interface PotentialTensor {
  readonly kind: 'tensor';
}

/**
 * Neurons that send other than single positive spikes.
 *
 * - `signed`: also a negative spike when u ≤ −θ, if the spikes sent so far add up to more than 0.
 * - `group`: `members` (m, in [1, 255]) neurons share one potential, with thresholds θ/m, 2θ/m, … θ; each spike carries θ/m, and
 *   initial potentials are in units of θ/m.
 * - `temporal-switch`: not rate coded; two spikes of opposite sign, whose interval is the activation. They start at 0.
 */
export type NeuronEmission =
  | { readonly kind: 'signed' }
  | { readonly kind: 'group'; readonly members: number }
  | { readonly kind: 'temporal-switch' };

/**
 * Integrate-and-fire neurons: u = v + current; a spike when u ≥ θ; a spike carries θ to the next layer.
 * Tensor `NAME/threshold` (θ > 0) [1] or [channels], or the shape of the neurons; `NAME/initial-potential` (v0/θ) likewise
 * if `initialPotential` says `tensor`.
 */
export interface IntegrateAndFireNode {
  readonly op: 'integrate-and-fire';
  readonly name: string;
  readonly inputs: readonly [string];
  /** `subtraction`: v = u − θ after a spike. `zero`: v = 0 after a spike. */
  readonly reset: 'subtraction' | 'zero';
  /** Absent: one spike when u ≥ θ. With it the reset is by subtraction. */
  readonly emission?: NeuronEmission;
  readonly initialPotential: SharedPotential | PotentialTensor;
}

/** One node of a network; it computes one array from the arrays of the nodes named in `inputs`. */
export type NetworkNode =
  | InputNode
  | Conv2dNode
  | DenseNode
  | BatchNormNode
  | AddNode
  | PoolNode
  | GlobalAveragePoolNode
  | FlattenNode
  | ReluNode
  | ClipNode
  | QcfsNode
  | RateNormNode
  | IntegrateAndFireNode;

/** How raw images become the network's input: (pixel/255 − mean) / standardDeviation, per channel. */
export interface Preprocessing {
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}

/** A plain JSON value, for facts that travel with a network. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * A network as plain data: nodes in topological order (every input stands before its use), exactly one `input`
 * node, and the name of the node whose output are the logits. ANN and SNN alike: an SNN has
 * `integrate-and-fire` nodes where the ANN has activations.
 */
export interface NetworkDescription {
  readonly format: 'opi-snn-network';
  readonly formatVersion: 1;
  /** What it is, such as `resnet20`. */
  readonly name: string;
  readonly nodes: readonly NetworkNode[];
  readonly output: string;
  readonly preprocessing?: Preprocessing;
  /** Names of the classes in the order of the logits. */
  readonly classes?: readonly string[];
  /** Where it comes from: data set, command, epochs, seed, conversion method; never read by the computation. */
  readonly provenance?: Readonly<Record<string, JsonValue>>;
}
