import type { RunSize } from './run-layout.js';

/** More steps at once would only push spikes out of the cache. */
const CAPACITY_LIMIT = 64;
/**
 * Images handed out at a time, and computed side by side where memory allows: enough that handing out costs little even
 * for tiny networks, and that fetching the weights of a layer into the cache does for large ones. A thread takes half of its
 * images at a time if there are fewer.
 */
const HANDFUL_LIMIT = 8;

/**
 * Chooses how many steps and images are in memory at once.
 *
 * @param bytesOf bytes that a thread's region takes
 * @param budget bytes that it may take
 * @throws RangeError if one image and one step do not fit
 */
export function chooseRunSize(
  timeSteps: number,
  imagesPerThread: number,
  bytesOf: (size: RunSize) => number,
  budget: number,
): RunSize {
  const wanted = Math.max(1, Math.min(HANDFUL_LIMIT, Math.ceil(imagesPerThread / 2)));
  // Two handfuls per thread: one is computed while the other is exchanged.
  let slots = imagesPerThread > 1 ? 2 * wanted : 1;
  let lanes = wanted;
  let capacity = Math.min(timeSteps, CAPACITY_LIMIT);
  while (bytesOf({ capacity, lanes, slots }) > budget) {
    if (lanes > 1) lanes--;
    else if (slots > 2) slots -= 2;
    else if (capacity > 1) capacity = Math.ceil(capacity / 2);
    else if (slots > 1) slots = 1;
    else {
      const needed = bytesOf({ capacity, lanes, slots });
      throw new RangeError(
        `run: memoryBytes must be at least ${needed} per thread for this request, got ${Math.floor(budget)}. ` +
          'Give createSimulator more memory or fewer threads.',
      );
    }
  }
  return { capacity, lanes, slots };
}
