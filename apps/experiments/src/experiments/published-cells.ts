import { isDeepStrictEqual } from 'node:util';
import { METHODS, type MethodName } from '@opi-snn/conversion';
import {
  judgeCells,
  measuredCells,
  publishedMethods,
  type AnnAccuracy,
  type CellVerdict,
  type Series,
} from '@opi-snn/harness';
import type { SubjectDefinition } from './subject-definition.js';

/**
 * Each published row of a network and data set beside the series that follows its method to the letter: the one that
 * starts from the method's own potential, or the first where none says so.
 *
 * @param published  how the published tables name data set and network; nothing is compared without
 * @param all  whether published methods without a series are shown, as not run
 */
export function publishedCells(
  published: SubjectDefinition['published'],
  series: readonly Series[],
  ann: AnnAccuracy,
  all = false,
): CellVerdict[] {
  if (published === undefined) return [];
  const others = all ? publishedMethods(published) : [];
  return [...new Set([...series.map(({ method }) => method), ...others])].flatMap((method) => {
    const candidates = series.filter((one) => one.method === method);
    if (candidates.length === 0) return judgeCells({ ...published, method }, []);
    const own = METHODS[method as MethodName].initialPotential;
    const one = candidates.find(({ initialPotential }) => isDeepStrictEqual(initialPotential, own));
    return judgeCells({ ...published, method }, measuredCells(one ?? candidates[0]!, ann));
  });
}
