import type { PlanPadding, PlanPool, SpikingPlan, Synapse } from './plan.js';

/** [height, width, channels] of a layer or of the image. */
export type Shape = readonly [height: number, width: number, channels: number];

/** A sliding window: kernel, strides and zeros around the image. */
export interface Window {
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: PlanPadding;
}

const NO_PADDING: PlanPadding = { top: 0, bottom: 0, left: 0, right: 0 };

/** A window that looks at one pixel: what an identity synapse, or a synapse without pooling, slides. */
export const ONE_PIXEL: Window = { size: [1, 1], strides: [1, 1], padding: NO_PADDING };

/** Number of places of a window along one axis: ⌊(extent + before + after − size) / stride⌋ + 1; below 1 if it never fits. */
export function windowCount(
  extent: number,
  size: number,
  stride: number,
  before: number,
  after: number,
): number {
  return Math.floor((extent + before + after - size) / stride) + 1;
}

/** Rows and columns of what a window makes of an image. */
export function windowedSize(
  [height, width]: readonly [number, number, ...number[]],
  window: Window,
): [height: number, width: number] {
  const { size, strides, padding } = window;
  return [
    windowCount(height, size[0], strides[0], padding.top, padding.bottom),
    windowCount(width, size[1], strides[1], padding.left, padding.right),
  ];
}

/** The kernel's window of a synapse, over the (pooled) source. */
export function kernelWindow(synapse: Synapse): Window {
  if (synapse.kind === 'identity') return ONE_PIXEL;
  return { size: synapse.kernelSize, strides: synapse.strides, padding: synapse.padding };
}

/** The pooling window of a synapse, over the source. */
export function poolWindow(pool: PlanPool | undefined): Window {
  return pool ?? ONE_PIXEL;
}

/** Shape of what a synapse reads, before pooling. */
export function sourceShape(plan: SpikingPlan, synapse: Synapse): Shape {
  return synapse.source === 'input' ? plan.inputShape : plan.layers[synapse.source]!.shape;
}

/** Number of neurons of a shape. */
export function sizeOf([height, width, channels]: Shape): number {
  return height * width * channels;
}

/** First and end index, within a window at place `index` along one axis, of what lies inside [0, extent). */
function covered(
  extent: number,
  size: number,
  stride: number,
  before: number,
  index: number,
): [number, number] {
  const start = index * stride - before;
  return [Math.max(0, -start), Math.min(size, extent - start)];
}

/** Visits every (tap, position) of a window at output place (row, column) that lies inside the image, row by row. */
export function forEachInWindow(
  [height, width]: readonly [number, number, ...number[]],
  window: Window,
  [row, column]: readonly [number, number],
  visit: (tap: number, row: number, column: number) => void,
): void {
  const { size, strides, padding } = window;
  const [firstRow, endRow] = covered(height, size[0], strides[0], padding.top, row);
  const [firstColumn, endColumn] = covered(width, size[1], strides[1], padding.left, column);
  for (let i = firstRow; i < endRow; i++) {
    for (let j = firstColumn; j < endColumn; j++) {
      const y = row * strides[0] - padding.top + i;
      visit(i * size[1] + j, y, column * strides[1] - padding.left + j);
    }
  }
}

/**
 * Visits every (tap, source pixel) that output place (row, column) of a synapse reads, in the order of the float
 * contract: kernel row, kernel column, pool row, pool column. `pixel` = row · width + column of the source.
 */
export function forEachConnection(
  shape: Shape,
  synapse: Synapse,
  place: readonly [number, number],
  visit: (tap: number, pixel: number) => void,
): void {
  const pool = poolWindow(synapse.pool);
  forEachInWindow(windowedSize(shape, pool), kernelWindow(synapse), place, (tap, y, x) => {
    forEachInWindow(shape, pool, [y, x], (_, row, column) => {
      visit(tap, row * shape[1] + column);
    });
  });
}
