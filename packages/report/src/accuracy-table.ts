import type { Measurement, Series } from '@opi-snn/harness';
import { accuracyAt, seriesNames } from './series-lookup.js';
import { count, NOTHING, percent, percentInterval } from './number-format.js';
import { OUTCOME_SIGNS } from './outcome-sign.js';
import { cell, MOST_COLUMNS, numbers, words, type TableCell, type TableModel } from './table.js';

/** Head of the column that says what the paired tests show. */
export const PAIRED_TESTS = 'Paired tests';

/**
 * Accuracy at every T for each series with its 95 % interval, the ANN beside it, and what the paired tests say.
 *
 * @param measurement  of one experiment
 * @returns rows T, columns series; the other way round, and without the tests, where there are too many series for that
 */
export function accuracyTable(measurement: Measurement): TableModel {
  const { series, ann, timeSteps, dataset } = measurement;
  const names = seriesNames(series);
  const tests = timeSteps.map((t) => pairedTests(measurement, t));
  const tested = tests.some((lines) => lines.length > 0);
  const seeds = series.some((one) => one.runs.length > 1)
    ? ' Random potentials: mean over their seeds, with the standard deviation (sd).'
    : '';
  const note = `Percent right, with 95 % intervals (Wilson), n = ${count(dataset.images)} images of ${dataset.name}.${seeds}`;
  if (series.length > MOST_COLUMNS) return bySeries(measurement, note);
  return {
    title: 'Accuracy',
    note,
    columns: [
      words('T'),
      ...series.map((one) => numbers(names.get(one.id)!)),
      ...(ann === null ? [] : [numbers('ANN')]),
      ...(tested ? [words(PAIRED_TESTS)] : []),
    ],
    rows: timeSteps.map((t, i) => [
      cell(String(t)),
      ...series.map((one) => accuracyCell(one, t)),
      ...(ann === null ? [] : [cell(percent(ann.accuracy), percentInterval(ann.interval))]),
      ...(tested ? [linesCell(tests[i]!)] : []),
    ]),
  };
}

function bySeries({ series, ann, timeSteps }: Measurement, note: string): TableModel {
  const names = seriesNames(series);
  const analog = ann === null ? '' : ` ANN: ${percent(ann.accuracy)} (${percentInterval(ann.interval)}).`;
  return {
    title: 'Accuracy',
    note: `${note}${analog}`,
    columns: [words('Series'), ...timeSteps.map((t) => numbers(`T = ${t}`))],
    rows: series.map((one) => [cell(names.get(one.id)!), ...timeSteps.map((t) => accuracyCell(one, t))]),
  };
}

function accuracyCell(series: Series, t: number): TableCell {
  const point = accuracyAt(series, t);
  if (point === undefined) return cell(NOTHING);
  const spread = point.spread === null ? [] : [`sd ${percent(point.spread.standardDeviation)}`];
  return cell(percent(point.accuracy), percentInterval(point.interval), ...spread);
}

/** What the findings' paired tests say about two of the series at one T, a line each. */
function pairedTests({ findings, series }: Measurement, t: number): string[] {
  const labels = new Set(series.map(({ label }) => label));
  return findings
    .flatMap(({ comparisons }) => comparisons)
    .filter(({ timeSteps, first, second }) => timeSteps === t && labels.has(first) && labels.has(second))
    .map(
      ({ first, second, outcome }) => `${OUTCOME_SIGNS[outcome].symbol} ${RELATION[outcome](first, second)}`,
    );
}

const RELATION = {
  ahead: (first: string, second: string): string => `${first} over ${second}`,
  behind: (first: string, second: string): string => `${first} under ${second}`,
  'no difference shown': (first: string, second: string): string => `${first} over ${second}: not shown`,
  'not judged': (first: string, second: string): string => `${first} over ${second}: not judged`,
} as const;

function linesCell(lines: readonly string[]): TableCell {
  const [first = '', ...below] = lines;
  return cell(first, ...below);
}
