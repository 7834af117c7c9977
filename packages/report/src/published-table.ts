import type { CellVerdict } from '@opi-snn/harness';
import { count, NOTHING, percent, percentInterval, signed } from './number-format.js';
import { OUTCOME_SIGNS, outcomeText } from './outcome-sign.js';
import { cell, numbers, words, type TableCell, type TableModel } from './table.js';

/** Heads of the columns that need much room. */
export const SOURCE = 'Source';
export const IMAGES_AND_SEEDS = 'n, seeds';

/**
 * Ours beside the published numbers, with a verdict for each.
 *
 * @param cells  verdicts
 * @returns the table, or undefined when nothing was published
 */
export function publishedTable(cells: readonly CellVerdict[]): TableModel | undefined {
  const shown = cells.filter((one) => one.expected !== null);
  if (shown.length === 0) return undefined;
  const several = new Set(shown.map(subjectOf)).size > 1;
  return {
    title: 'Beside the published values',
    note:
      'Percent; difference in percentage points. Recalled values are not confirmed by a text that could be read: they are ' +
      'shown, never judged. The ANNs, in brackets, differ: compare what is lost to them as well.',
    columns: [
      words('T'),
      ...(several ? [words('Table')] : []),
      numbers('Published (ANN)'),
      numbers('Ours (ANN)'),
      numbers('Difference'),
      words('Verdict'),
      numbers(IMAGES_AND_SEEDS),
      words(SOURCE),
    ],
    rows: shown.map((one) => publishedRow(one, several)),
  };
}

/**
 * Where the published numbers come from, each source once.
 *
 * @param cells  verdicts
 * @returns such as `Bu et al., AAAI 2022 (OPI), table 2 (recalled)`
 */
export function publishedSources(cells: readonly CellVerdict[]): string[] {
  return [...new Set(cells.flatMap(({ expected }) => (expected === null ? [] : [sourceOf(expected)])))];
}

function publishedRow(verdict: CellVerdict, several: boolean): TableCell[] {
  const { expected, got, difference, outcome } = verdict;
  return [
    cell(String(verdict.timeSteps)),
    ...(several ? [cell(subjectOf(verdict))] : []),
    cell(expected === null ? NOTHING : withAnn(expected)),
    got === null ? cell(NOTHING) : cell(withAnn(got), percentInterval(got.interval)),
    cell(signed(difference === null ? null : 100 * difference)),
    { ...cell(outcomeText(outcome)), tone: OUTCOME_SIGNS[outcome].tone },
    cell(got === null ? NOTHING : `${count(got.images)}, ${got.seeds}`),
    cell(expected === null ? NOTHING : sourceOf(expected)),
  ];
}

function subjectOf({ dataset, network, method }: CellVerdict): string {
  return `${network}, ${dataset}, ${method}`;
}

function withAnn({ accuracy, ann }: { readonly accuracy: number; readonly ann: number | null }): string {
  return `${percent(accuracy)} (${percent(ann)})`;
}

function sourceOf({ source, confidence, note }: NonNullable<CellVerdict['expected']>): string {
  return `${source} (${confidence})${note === null ? '' : `: ${note}`}`;
}
