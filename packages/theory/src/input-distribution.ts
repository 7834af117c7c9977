/**
 * How often a layer's neurons receive which average input z [activation]; measured, or assumed.
 *
 * - `samples`: every value equally likely.
 * - `histogram`: bin i is [edges[i], edges[i+1]), holds the share counts[i]/Σ counts, and is uniform inside.
 */
export type InputDistribution =
  | { readonly kind: 'samples'; readonly values: ArrayLike<number> }
  | {
      readonly kind: 'histogram';
      /** Strictly ascending, finite, [bins + 1]. */
      readonly edges: ArrayLike<number>;
      /** Counts or weights, finite, ≥ 0, not all zero, [bins]. */
      readonly counts: ArrayLike<number>;
    };

/** Abscissas and weights of the five-point Gauss-Legendre rule on [−1, 1]: exact up to degree 9. */
const NODES: readonly (readonly [number, number])[] = [
  [-0.906179845938664, 0.23692688505618908],
  [-0.5384693101056831, 0.47862867049936647],
  [0, 0.5688888888888889],
  [0.5384693101056831, 0.47862867049936647],
  [0.906179845938664, 0.23692688505618908],
];

/**
 * Mean of a pair of functions over a distribution. A histogram is integrated piece by piece between its edges and
 * `breakpoints`: exact (but for rounding) for functions that are polynomials of degree ≤ 9 between those.
 *
 * @param breakpoints ascending; where a function jumps or bends
 * @internal
 */
export function averageOver(
  distribution: InputDistribution,
  breakpoints: Float64Array,
  functions: (z: number) => readonly [number, number],
): [number, number] {
  if (distribution.kind === 'samples') return averageOfSamples(distribution.values, functions);
  const { edges, counts } = distribution;
  let total = 0;
  const sum: [number, number] = [0, 0];
  let next = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const weight = counts[bin]!;
    if (weight === 0) continue;
    total += weight;
    const end = edges[bin + 1]!;
    const density = weight / (end - edges[bin]!);
    let left = edges[bin]!;
    while (next < breakpoints.length && breakpoints[next]! <= left) next++;
    while (left < end) {
      const point = breakpoints[next];
      const right = point !== undefined && point < end ? point : end;
      if (right === point) next++;
      if (right > left) addSegment(left, right, density, functions, sum);
      left = right;
    }
  }
  return [sum[0] / total, sum[1] / total];
}

function addSegment(
  left: number,
  right: number,
  density: number,
  functions: (z: number) => readonly [number, number],
  sum: [number, number],
): void {
  const half = (right - left) / 2;
  const middle = left + half;
  for (const [node, weight] of NODES) {
    const [first, second] = functions(middle + half * node);
    sum[0] += density * half * weight * first;
    sum[1] += density * half * weight * second;
  }
}

function averageOfSamples(
  values: ArrayLike<number>,
  functions: (z: number) => readonly [number, number],
): [number, number] {
  const size = values.length;
  const sum: [number, number] = [0, 0];
  for (let i = 0; i < size; i++) {
    const [first, second] = functions(values[i]!);
    sum[0] += first;
    sum[1] += second;
  }
  return [sum[0] / size, sum[1] / size];
}

/**
 * Requires finite samples, at least one; or a histogram with ascending finite edges, one more than counts, and counts
 * that are finite, ≥ 0 and not all zero.
 *
 * @throws RangeError naming every problem
 * @internal
 */
export function assertInputDistribution(caller: string, distribution: InputDistribution): void {
  const problems =
    distribution.kind === 'samples'
      ? sampleProblems(distribution.values)
      : histogramProblems(distribution.edges, distribution.counts);
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join(' ')}`);
}

function sampleProblems(values: ArrayLike<number>): string[] {
  if (values.length === 0) return ['values must have at least 1 element, got 0.'];
  const bad = indexOf(values, (value) => !Number.isFinite(value));
  return bad < 0 ? [] : [`values[${bad}] must be finite, got ${values[bad]!}.`];
}

function histogramProblems(edges: ArrayLike<number>, counts: ArrayLike<number>): string[] {
  const problems: string[] = [];
  if (counts.length === 0) problems.push('counts must have at least 1 element, got 0.');
  if (edges.length !== counts.length + 1) {
    problems.push(
      `edges must have ${counts.length + 1} elements, one more than counts, got ${edges.length}.`,
    );
  }
  const infinite = indexOf(edges, (edge) => !Number.isFinite(edge));
  if (infinite >= 0) problems.push(`edges[${infinite}] must be finite, got ${edges[infinite]!}.`);
  const unordered = indexOf(edges, (edge, i) => i > 0 && edge <= edges[i - 1]!);
  if (unordered >= 0) {
    problems.push(
      `edges[${unordered}] must be greater than edges[${unordered - 1}] = ${edges[unordered - 1]!}, got ${edges[unordered]!}.`,
    );
  }
  const bad = indexOf(counts, (count) => !(count >= 0 && count < Infinity));
  if (bad >= 0) problems.push(`counts[${bad}] must be finite and >= 0, got ${counts[bad]!}.`);
  else if (counts.length > 0 && indexOf(counts, (count) => count > 0) < 0) {
    problems.push('counts must have an element > 0, got only zeros.');
  }
  return problems;
}

function indexOf(values: ArrayLike<number>, test: (value: number, index: number) => boolean): number {
  for (let i = 0; i < values.length; i++) if (test(values[i]!, i)) return i;
  return -1;
}
