/** Bins per power of two: a bin is 1.1 % of its value wide. */
const BINS_PER_OCTAVE = 64;
/** Values below 2⁻²⁰ θ count as zero for the distribution, values from 2²⁰ θ on share the last bin. */
const OCTAVES = 20;
const BINS = 2 * OCTAVES * BINS_PER_OCTAVE;

/**
 * Distribution of the activations of one layer in units of the threshold of their neuron, u = a/θ, on a logarithmic grid
 * with the exact first two moments of every bin. Adding is exact enough to be split over batches: the counts do not
 * depend on the order.
 *
 * @internal
 */
export class ActivationScale {
  /** Number of values. */
  count = 0;
  /** Largest u, exact. */
  maximum = 0;
  readonly #counts = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);
  readonly #squares = new Float64Array(BINS);

  /** @param u activation over threshold, ≥ 0 */
  add(u: number): void {
    this.count += 1;
    if (!(u > 0)) return;
    if (u > this.maximum) this.maximum = u;
    const bin = binOf(u);
    this.#counts[bin]! += 1;
    this.#sums[bin]! += u;
    this.#squares[bin]! += u * u;
  }

  /** mean u². */
  get meanSquare(): number {
    return this.#squares.reduce((sum, value) => sum + value, 0) / this.count;
  }

  /** Share of the values that are > 0, in [0, 1]. */
  get activeShare(): number {
    return this.#counts.reduce((sum, value) => sum + value, 0) / this.count;
  }

  /**
   * Nearest-rank percentile of all values, zeros counted, within 1.1 %; rank 100 is the maximum, exactly.
   *
   * @param rank in percent, in (0, 100]
   */
  percentile(rank: number): number {
    const above = ((100 - rank) / 100) * this.count;
    let left = above;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const here = this.#counts[bin]!;
      if (here === 0) continue;
      if (left < here) return rank === 100 ? this.maximum : Math.min(this.maximum, lowerEdge(bin + 1));
      left -= here;
    }
    return 0;
  }

  /** Share of all values above `factor`, in [0, 1]. */
  shareAbove(factor: number): number {
    return this.#above(factor, this.#counts) / this.count;
  }

  /**
   * Mean squared error, in θ², that a threshold of `factor` · θ would give neurons under constant input from half their
   * threshold.
   *
   *   E = mean max(u − f, 0)²  +  mean over 0 < u ≤ f of min(u², (f/T)²/12)
   *
   * The first term is clipping; the second quantisation with the quantum f/T, of which a value far below half a quantum
   * loses itself (paper.md 3.2; Li et al., ICML 2021, search thresholds by the same two terms).
   */
  expectedError(factor: number, timeSteps: number): number {
    const [n, sum, squares] = [this.#counts, this.#sums, this.#squares].map((of) => this.#above(factor, of));
    const clipping = Math.max(0, squares! - 2 * factor * sum! + factor * factor * n!);
    const quantum = (factor / timeSteps) ** 2 / 12;
    let quantisation = 0;
    const end = Math.min(BINS, binOf(factor) + 1);
    for (let bin = 0; bin < end; bin++)
      quantisation += Math.min(this.#squares[bin]!, this.#counts[bin]! * quantum);
    return (clipping + quantisation) / this.count;
  }

  /**
   * Factor on θ with the smallest {@link expectedError}, at most that of the largest activation.
   *
   * @returns in (0, maximum]; 1 when every activation is zero
   */
  bestFactor(timeSteps: number): number {
    if (this.maximum === 0) return 1;
    let [best, least] = [this.maximum, this.expectedError(this.maximum, timeSteps)];
    for (let bin = binOf(this.maximum); bin > 0; bin--) {
      const factor = lowerEdge(bin);
      const error = this.expectedError(factor, timeSteps);
      if (error < least) [best, least] = [factor, error];
    }
    return best;
  }

  /** Whole bins above a factor; the factor's own bin counts as below. */
  #above(factor: number, values: Float64Array): number {
    let sum = 0;
    for (let bin = binOf(factor) + 1; bin < BINS; bin++) sum += values[bin]!;
    return sum;
  }
}

function binOf(u: number): number {
  const bin = Math.floor((Math.log2(u) + OCTAVES) * BINS_PER_OCTAVE);
  return Math.min(BINS - 1, Math.max(0, bin));
}

function lowerEdge(bin: number): number {
  return 2 ** (bin / BINS_PER_OCTAVE - OCTAVES);
}
