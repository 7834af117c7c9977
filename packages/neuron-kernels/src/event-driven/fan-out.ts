import { forEachInWindow, kernelWindow, poolWindow, windowedSize, type Shape } from '../geometry.js';
import type { SpikingLayer, Synapse } from '../plan.js';

/**
 * Where the spikes of a source go, in the order in which their weights must be added: visit k reads source pixel
 * `pixels[k]` and adds through tap `taps[j]` to place `places[j]`, for j in [starts[k], starts[k + 1]).
 *
 * Visits are sorted by row and column of the pooled source, then row and column within the pooling window. A place meets
 * its taps in ascending order then, so that every sum has the order of float-order.ts.
 */
export interface FanOut {
  readonly pixels: Int32Array;
  /** [visits + 1]. */
  readonly starts: Int32Array;
  readonly taps: Int32Array;
  readonly places: Int32Array;
}

/** {@link FanOut} of one synapse that reads spikes of a plane of shape `shape`. */
export function fanOutOf(shape: Shape, layer: SpikingLayer, synapse: Synapse): FanOut {
  const pool = poolWindow(synapse.pool);
  const pooled = windowedSize(shape, pool);
  const reached = readersOf(layer, synapse, pooled);
  const [pixels, starts, taps, places]: number[][] = [[], [0], [], []];
  for (let pixel = 0; pixel < reached.length; pixel++) {
    const place = [Math.floor(pixel / pooled[1]), pixel % pooled[1]] as const;
    forEachInWindow(shape, pool, place, (_, row, column) => {
      pixels!.push(row * shape[1] + column);
      for (const { tap, place: reader } of reached[pixel]!) {
        taps!.push(tap);
        places!.push(reader);
      }
      starts!.push(taps!.length);
    });
  }
  return {
    pixels: Int32Array.from(pixels!),
    starts: Int32Array.from(starts!),
    taps: Int32Array.from(taps!),
    places: Int32Array.from(places!),
  };
}

/** For each pooled pixel, the taps and places that read it. */
function readersOf(
  { shape: [height, width] }: SpikingLayer,
  synapse: Synapse,
  pooled: readonly [number, number],
): { readonly tap: number; readonly place: number }[][] {
  const window = kernelWindow(synapse);
  const plane: Shape = [pooled[0], pooled[1], 1];
  const readers = Array.from({ length: pooled[0] * pooled[1] }, (): { tap: number; place: number }[] => []);
  for (let place = 0; place < height * width; place++) {
    forEachInWindow(plane, window, [Math.floor(place / width), place % width], (tap, row, column) => {
      readers[row * pooled[1] + column]!.push({ tap, place });
    });
  }
  return readers;
}
