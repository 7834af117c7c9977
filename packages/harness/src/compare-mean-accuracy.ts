import { assertSameImages, bothAtChance, compareShares, rightAnswers, seedsOf } from './compare.js';
import type { Comparison, RunPair, Shares } from './compare.js';

/**
 * Is the first run right more often than the second, over several T together? A pair is an image; its value is the share
 * of the T (and seeds) at which the run has it right. One comparison; effect in percentage points of the mean accuracy.
 *
 * T at which neither run is above chance take part with equal values for both but for luck; the comparison is marked as
 * not to be judged only where that holds at every T (decided on the screening images, as in `compareAccuracy`).
 *
 * @param pair  two runs over the same images
 * @param timeSteps  the T to take together, at least one
 * @returns one comparison; its `timeSteps` is 0, as it belongs to no single T
 * @throws RangeError if no T is named, the runs are over different images or a T was not simulated
 */
export function compareMeanAccuracy(pair: RunPair, timeSteps: readonly number[]): Comparison {
  if (timeSteps.length === 0) {
    throw new RangeError('compareMeanAccuracy: timeSteps must name at least one T, got none.');
  }
  assertSameImages('compareMeanAccuracy', [...pair.first.runs, ...pair.second.runs]);
  const { first, second, labels } = pair;
  const shares = (one: RunPair['first']): Shares => {
    const answers = timeSteps.map((t) => rightAnswers(one, labels, t).counts);
    const counts = answers[0]!.map((_, i) => answers.reduce((sum, at) => sum + at[i]!, 0));
    return { counts, of: one.runs.length * timeSteps.length };
  };
  const atChance = timeSteps.map((t) => bothAtChance(pair, t));
  return {
    first: first.label,
    second: second.label,
    condition: `mean over T = ${timeSteps.join(', ')}`,
    timeSteps: 0,
    ...compareShares(shares(first), shares(second)),
    ...seedsOf(first, second),
    notJudged: atChance.every((reason) => reason !== null) ? atChance[0]! : null,
  };
}
