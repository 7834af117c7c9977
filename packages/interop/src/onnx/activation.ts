import type { Padding } from '@opi-snn/network';
import { IDENTITY, type ScalarFunction } from './scalar-function.js';

/** Some channels of a value: those of a node after a function of each number, or zeros. */
export interface Part {
  /** The node that computes the numbers; null for zeros. */
  readonly node: string | null;
  readonly channels: number;
  readonly function: ScalarFunction;
  /** Nothing else reads the node, so that it may be altered. */
  readonly sole: boolean;
}

/**
 * A value that depends on the image. What cheap operations did to it (elementwise functions, concatenation, slices,
 * paddings) is only noted and becomes nodes when the next operation needs it, in the form that suits that one.
 * Order: the parts side by side along the channels, then `strides`, then `padding`.
 */
export interface Activation {
  readonly kind: 'activation';
  /** Extents as ONNX has them, without the batch: [C, H, W], [H, W, C], [F]. */
  readonly dims: readonly number[];
  readonly layout: 'CHW' | 'HWC' | 'vector';
  readonly parts: readonly Part[];
  /** Every how many rows and columns one is kept, from the first on. */
  readonly strides: readonly [number, number];
  /** Zeros around the image. */
  readonly padding: Padding;
  /** The network has it as a vector; so it has [C, 1, 1] behind a global average. */
  readonly isVector: boolean;
  /** [C, H, W] of the image that this vector is, when ONNX flattened it channels first and the network channels last. */
  readonly flattenedFrom?: readonly [channels: number, height: number, width: number];
}

export const NO_PADDING: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** The value that a node computes. */
export function activationOf(
  node: string,
  dims: readonly number[],
  layout: Activation['layout'],
  isVector: boolean = layout === 'vector',
): Activation {
  const channels = dims[layout === 'HWC' ? 2 : 0]!;
  const parts = [{ node, channels, function: IDENTITY, sole: true }];
  return { kind: 'activation', dims, layout, parts, strides: [1, 1], padding: NO_PADDING, isVector };
}

/** Number of channels, or features of a vector. */
export function channelsOf({ dims, layout }: Activation): number {
  return dims[layout === 'HWC' ? 2 : 0]!;
}

/** [rows, columns] of an image. */
export function pixelsOf({ dims, layout }: Activation): readonly [number, number] {
  if (layout === 'vector') return [1, 1];
  return layout === 'HWC' ? [dims[0]!, dims[1]!] : [dims[1]!, dims[2]!];
}

/** Extents of an image of that size in a layout. */
export function imageDims(
  layout: Activation['layout'],
  channels: number,
  rows: number,
  columns: number,
): number[] {
  return layout === 'HWC' ? [rows, columns, channels] : [channels, rows, columns];
}

export function isPadded({ padding }: Activation): boolean {
  return padding.top + padding.bottom + padding.left + padding.right > 0;
}

export function isStrided({ strides }: Activation): boolean {
  return strides[0] !== 1 || strides[1] !== 1;
}
