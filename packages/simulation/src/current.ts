import type { PlanPadding, PlanPool } from '@opi-snn/neuron-kernels';

/** [height, width, channels]; a vector [features] counts as [1, 1, features]. */
export type PlaneShape = readonly [height: number, width: number, channels: number];

/** A sliding window over the (pooled) source with its weights, as the network has them: θ is not folded in yet. */
export interface Kernel {
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: PlanPadding;
  /** [height, width, in, out]. */
  readonly weights: Float32Array;
}

/** One path from spikes (or from the image) to a current: pooling, then weights; either may be absent. */
export interface CurrentTerm {
  /** Name of the integrate-and-fire node, or of the input node. */
  readonly source: string;
  readonly pool?: PlanPool;
  readonly kernel?: Kernel;
}

/**
 * What one node computes between two layers of neurons: a sum of linear paths plus a constant.
 *
 *   current = Σ terms + bias[channel]
 */
export interface Current {
  readonly shape: PlaneShape;
  /** In the order in which the network adds them. */
  readonly terms: readonly CurrentTerm[];
  /** [channels]; undefined when no node on the way has one. */
  readonly bias: Float32Array | undefined;
  /** Whether a flatten has made a vector of a larger image: only a dense layer may read it. */
  readonly flattened: boolean;
}

const NO_PADDING: PlanPadding = { top: 0, bottom: 0, left: 0, right: 0 };

/** A kernel that covers a whole plane once: a dense layer. */
export function coveringKernel([height, width]: PlaneShape, weights: Float32Array): Kernel {
  return { size: [height, width], strides: [1, 1], padding: NO_PADDING, weights };
}

/** A window that averages a whole plane. */
export function coveringPool([height, width]: PlaneShape): PlanPool {
  return { size: [height, width], strides: [1, 1], padding: NO_PADDING };
}

/**
 * A pooling of a pooling as one, where both average and their product has equal weights; undefined where it has not.
 *
 * Exact when the first windows tile the image (strides = size) and the second does not pad: window s₁·s₂, stride s₁·t₂.
 */
export function composePools(first: PlanPool, second: PlanPool): PlanPool | undefined {
  if (first.rule !== undefined || second.rule !== undefined) return undefined;
  const { size, strides, padding } = first;
  const tiles = size[0] === strides[0] && size[1] === strides[1];
  const pads = Object.values(second.padding as unknown as Record<string, number>).some(
    (border) => border > 0,
  );
  if (!tiles || pads) return undefined;
  return {
    size: [size[0] * second.size[0], size[1] * second.size[1]],
    strides: [strides[0] * second.strides[0], strides[1] * second.strides[1]],
    padding,
  };
}

/** Sum of two constants, float32; either may be absent. */
export function addBias(a: Float32Array | undefined, b: Float32Array | undefined): Float32Array | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.map((value, channel) => value + b[channel]!);
}
