import { normalQuantile } from './normal-quantile.js';
import { philox4x32Into } from './philox.js';

/** Draws that one stream holds: 2³² blocks of four words. */
const STREAM_LENGTH = 2 ** 34;
const TWO_TO_32 = 2 ** 32;
const TWO_TO_MINUS_24 = 2 ** -24;
const TWO_TO_MINUS_32 = 2 ** -32;

/**
 * A stream of random numbers keyed by a seed and up to three words that name its purpose (epoch, image, layer …).
 *
 * Draw i of a stream is word i mod 4 of Philox4x32-10 at counter [⌊i/4⌋, stream…] under the key (seed, number of
 * stream words): a pure function of (seed, stream, i). Streams of different seeds or names never share a counter
 * block. Every method but {@link CounterRandom.nextBelow} takes exactly one draw, and all results are the same bits
 * on every JavaScript engine.
 *
 * @example
 * const random = new CounterRandom(42, 7); // seed 42, stream 7
 * random.nextUniform(); // 0.8390394449234009
 * random.position; // 1
 */
export class CounterRandom {
  readonly #counter = new Uint32Array(4);
  readonly #key = new Uint32Array(2);
  readonly #block = new Uint32Array(4);
  #position = 0;

  /**
   * @param seed   integer in [0, 2⁵³)
   * @param stream up to three unsigned 32-bit words; [] , [0] and [0, 0] are different streams
   * @throws RangeError naming every argument that is out of range
   */
  constructor(seed: number, ...stream: readonly number[]) {
    const problems: string[] = [];
    if (!Number.isSafeInteger(seed) || seed < 0) {
      problems.push(`seed must be an integer in [0, 2^53), got ${seed}.`);
    }
    if (stream.length > 3) problems.push(`stream must have at most 3 words, got ${stream.length}.`);
    stream.forEach((word, i) => {
      if (!isUint32(word)) problems.push(`stream[${i}] must be an integer in [0, 2^32), got ${word}.`);
    });
    if (problems.length > 0) throw new RangeError(`CounterRandom: ${problems.join(' ')}`);
    writeSeedKey(this.#key, seed, stream.length);
    this.#counter.set(stream, 1);
  }

  /** Number of draws taken so far, in [0, 2³⁴]; store it in a checkpoint, assign it to continue from there. */
  get position(): number {
    return this.#position;
  }

  set position(value: number) {
    if (!Number.isInteger(value) || value < 0 || value > STREAM_LENGTH) {
      throw new RangeError(`CounterRandom.position: value must be an integer in [0, 2^34], got ${value}.`);
    }
    this.#position = value;
    if (value % 4 !== 0) this.#fillBlock(Math.floor(value / 4));
  }

  /**
   * Next unsigned 32-bit integer.
   *
   * @throws RangeError after 2³⁴ draws
   */
  nextUint32(): number {
    const position = this.#position;
    const word = position % 4;
    if (word === 0) {
      if (position >= STREAM_LENGTH) {
        throw new RangeError(
          'CounterRandom.nextUint32: position must be below 2^34, got 2^34. Use another stream word.',
        );
      }
      this.#fillBlock(position / 4);
    }
    this.#position = position + 1;
    return this.#block[word]!;
  }

  /** Next uniform number in [0, 1): a multiple of 2⁻²⁴, hence exact in float32. */
  nextUniform(): number {
    return (this.nextUint32() >>> 8) * TWO_TO_MINUS_24;
  }

  /**
   * Next integer in [0, n), every value equally likely: words at and above the largest multiple of n are rejected.
   * Takes one draw, rarely more (on average fewer than two for every n).
   *
   * @param n integer in [1, 2³²]
   * @throws RangeError if n is outside that range
   */
  nextBelow(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_TO_32) {
      throw new RangeError(`CounterRandom.nextBelow: n must be an integer in [1, 2^32], got ${n}.`);
    }
    const limit = TWO_TO_32 - (TWO_TO_32 % n);
    let word = this.nextUint32();
    while (word >= limit) word = this.nextUint32();
    return word % n;
  }

  /**
   * Next standard normal number, float64: Φ⁻¹((word + ½) / 2³²). Symmetric, |x| ≤ 6.24.
   *
   * @see {@link normalQuantile}
   */
  nextNormal(): number {
    return normalQuantile((this.nextUint32() + 0.5) * TWO_TO_MINUS_32);
  }

  #fillBlock(index: number): void {
    this.#counter[0] = index;
    philox4x32Into(this.#counter, this.#key, this.#block);
  }
}

/** What {@link shuffle} accepts: plain and typed arrays. */
export interface MutableList {
  readonly length: number;
  [index: number]: unknown;
}

/**
 * Permutes an array in place, every permutation equally likely (Fisher-Yates, from the last item down).
 *
 * @param array  overwritten
 * @param random source of length − 1 bounded draws
 * @returns the same array
 * @throws RangeError if the array has more than 2³² items
 * @see Durstenfeld, "Algorithm 235: Random permutation", CACM 7 (1964)
 */
export function shuffle<List extends MutableList>(array: List, random: CounterRandom): List {
  const items: MutableList = array;
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.nextBelow(i + 1);
    const item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
  return array;
}

/**
 * Philox key of a seed: its low 32 bits; its high 21 bits with the domain above them, so that uses of the generator
 * with another layout of the counter never meet.
 *
 * @internal
 */
export function writeSeedKey(key: Uint32Array, seed: number, domain: number): void {
  key[0] = seed % TWO_TO_32;
  key[1] = Math.floor(seed / TWO_TO_32) + domain * 2 ** 21;
}

/** @internal */
export function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < TWO_TO_32;
}
