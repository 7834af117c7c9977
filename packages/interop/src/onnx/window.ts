import type { Padding } from '@opi-snn/network';
import { NO_PADDING } from './activation.js';
import type { OperatorCall } from './operator-call.js';
import { Refusal } from '../import-error.js';

/** A sliding window in terms of the network's nodes. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
  readonly rows: number;
  readonly columns: number;
}

const LARGEST_EXTENT = 4096;

/**
 * Reads `kernel_shape`, `strides`, `dilations`, `pads`, `auto_pad` and `ceil_mode`.
 *
 * @param pixels rows and columns of the input, its noted padding included
 * @throws Refusal if the window is not two-dimensional, negative, or reaches beyond the padded input
 */
export function readWindow(
  call: OperatorCall,
  size: readonly [number, number],
  pixels: readonly [number, number],
): Window {
  const strides = pair(call, 'strides');
  const dilations = pair(call, 'dilations');
  const reach = [0, 1].map((axis) => (size[axis]! - 1) * dilations[axis]! + 1) as [number, number];
  const padding = readPadding(call, reach, strides, pixels);
  const padded = [
    pixels[0] + padding.top + padding.bottom,
    pixels[1] + padding.left + padding.right,
  ] as const;
  const [rows, columns] = [0, 1].map((axis) => {
    const room = padded[axis]! - reach[axis]!;
    if (room < 0) {
      throw new Refusal(
        `its window of ${reach.join('x')} is larger than the padded input of ${padded.join('x')}`,
        'Give the input size the network was made for (--input-shape)',
      );
    }
    if (call.int('ceil_mode', 0) !== 0 && room % strides[axis]! !== 0) {
      throw new Refusal(
        'ceil_mode lets the last window reach beyond the input',
        'Use ceil_mode=False, or pad explicitly',
      );
    }
    return Math.floor(room / strides[axis]!) + 1;
  }) as [number, number];
  return { size, strides, dilations, padding, rows, columns };
}

/** `kernel_shape`, which convolutions may leave out. */
export function kernelShape(call: OperatorCall, otherwise?: readonly number[]): [number, number] {
  const size = call.ints('kernel_shape') ?? otherwise;
  if (size?.length === 2 && size.every(isExtent)) return [size[0]!, size[1]!];
  throw new Refusal(
    `its window has extents [${(size ?? []).slice(0, 8).join(', ')}]`,
    `Only two-dimensional windows of at most ${LARGEST_EXTENT} can be imported`,
  );
}

function pair(call: OperatorCall, name: 'strides' | 'dilations'): [number, number] {
  const value = call.ints(name) ?? [1, 1];
  if (value.length === 2 && value.every(isExtent)) return [value[0]!, value[1]!];
  throw new Refusal(
    `${name} are [${value.slice(0, 8).join(', ')}]`,
    `Two whole numbers from 1 to ${LARGEST_EXTENT} are expected`,
  );
}

function isExtent(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LARGEST_EXTENT;
}

function readPadding(
  call: OperatorCall,
  reach: readonly [number, number],
  strides: readonly [number, number],
  pixels: readonly [number, number],
): Padding {
  const automatic = call.string('auto_pad', 'NOTSET');
  if (automatic === 'SAME_UPPER' || automatic === 'SAME_LOWER') {
    const total = [0, 1].map((axis) => {
      const outputs = Math.ceil(pixels[axis]! / strides[axis]!);
      return Math.max(0, (outputs - 1) * strides[axis]! + reach[axis]! - pixels[axis]!);
    });
    const half = automatic === 'SAME_UPPER' ? Math.floor : Math.ceil;
    const [top, left] = total.map((sum) => half(sum / 2)) as [number, number];
    return { top, left, bottom: total[0]! - top, right: total[1]! - left };
  }
  if (automatic === 'VALID') return NO_PADDING;
  if (automatic !== 'NOTSET') throw new Refusal(`auto_pad is ${automatic}`, 'Export with explicit paddings');
  const [top, left, bottom, right, ...rest] = call.ints('pads') ?? [0, 0, 0, 0];
  const values = [top, left, bottom, right];
  if (rest.length > 0 || !values.every((value) => value === 0 || (value !== undefined && isExtent(value)))) {
    throw new Refusal(
      `pads are [${(call.ints('pads') ?? []).slice(0, 12).join(', ')}]`,
      `Four whole numbers from 0 to ${LARGEST_EXTENT} are expected`,
    );
  }
  return { top: top!, left: left!, bottom: bottom!, right: right! };
}
