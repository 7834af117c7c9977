import type { AccuracyPoint, Measurement, Series } from '@opi-snn/harness';

/**
 * A name for every series that no other has, for heads and legends.
 *
 * @param series  all of a measurement
 * @returns label by id; a label that several have gets the id behind it
 */
export function seriesNames(series: readonly Pick<Series, 'id' | 'label'>[]): ReadonlyMap<string, string> {
  const repeated = (label: string): boolean => series.filter((one) => one.label === label).length > 1;
  return new Map(series.map((one) => [one.id, repeated(one.label) ? `${one.label} (${one.id})` : one.label]));
}

/**
 * The accuracy of a series after T steps.
 *
 * @param series  one
 * @param timeSteps  T
 * @returns the point, or undefined when that T was not reported
 */
export function accuracyAt(series: Series, timeSteps: number): AccuracyPoint | undefined {
  return series.accuracy.find((point) => point.timeSteps === timeSteps);
}

/**
 * The T that is nearest to another on a logarithmic scale; of two equally near ones the smaller.
 *
 * @param timeSteps  to choose from
 * @param wanted  T, ≥ 1
 * @returns one of `timeSteps`, or undefined when there is none
 */
export function nearestTimeSteps(timeSteps: readonly number[], wanted: number): number | undefined {
  const distance = (t: number): number => Math.abs(Math.log2(Math.max(t, 1) / wanted));
  return timeSteps.toSorted((a, b) => distance(a) - distance(b) || a - b)[0];
}

/** How far below its ANN an SNN may stay and still count as having reached it: one percentage point. */
export const REACH = 0.01;

/**
 * The first reported T from which on a series stays within {@link REACH} of the ANN.
 *
 * @param series  one
 * @param measurement  that it belongs to
 * @returns T, or undefined when it does not get there or the ANN was not run
 */
export function stepsToReachAnn(series: Series, { ann, timeSteps }: Measurement): number | undefined {
  if (ann === null) return undefined;
  const reached = (t: number): boolean => (accuracyAt(series, t)?.accuracy ?? 0) >= ann.accuracy - REACH;
  const lastMiss = timeSteps.findLastIndex((t) => !reached(t));
  return timeSteps[lastMiss + 1];
}

/**
 * The series that a report is about, and the one that it is held against: the optimal potential θ/2 and the plain
 * start at 0, of one method. Where a measurement has no such pair, the first series and none.
 *
 * @param series  all of a measurement
 * @returns the two, where there are any
 */
export function optimalAndPlain(series: readonly Series[]): {
  readonly optimal: Series | undefined;
  readonly plain: Series | undefined;
} {
  const startsAt = (one: Series, fraction: number): boolean => {
    const { initialPotential: potential } = one;
    return 'kind' in potential && potential.kind === 'fraction' && potential.fraction === fraction;
  };
  const optimal = series.find((one) => startsAt(one, 0.5)) ?? series[0];
  const plain = series.find((one) => startsAt(one, 0) && one.method === optimal?.method && one !== optimal);
  return { optimal, plain };
}
