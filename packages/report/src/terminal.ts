import { stripVTControlCharacters, styleText } from 'node:util';
import type { ExperimentResult, FindingVerdict } from '@opi-snn/harness';
import Table from 'cli-table3';
import { headline, meanErrors, percent, percentRange, pValue } from './number-format.js';

/** How a result is drawn on a terminal. */
export interface TerminalOptions {
  /** Columns there are; tables that are wider are turned on their side. Default 100. */
  readonly width?: number;
  readonly color?: boolean;
}

/** A result as text: accuracies by potential and T, published cells, errors, findings. Never wider than asked where the numbers allow. */
export function renderTerminal(result: ExperimentResult, options: TerminalOptions = {}): string {
  const { width = 100, color = false } = options;
  const bold = (text: string): string => (color ? styleText('bold', text) : text);
  const { measurement, environment, hashes } = result;
  const { dataset, network, ann } = measurement;
  const analog =
    ann === null
      ? 'ANN not run'
      : `ANN ${percent(ann.accuracy)} % (95 %: ${percentRange(ann.interval)}; ${ann.backend})`;
  const parts = [
    bold(measurement.experiment.title),
    headline(result),
    `n = ${dataset.images} ${dataset.name} ${dataset.split} images, ${network.name} (${network.checkpoint}), ${analog}`,
    `${bold('Accuracy in percent')} (95 % interval)\n${accuracyTable(result, width)}`,
    ...(measurement.cells.length > 0
      ? [`${bold('Beside the published row')}\n${cellsTable(result, width)}`]
      : []),
    `${bold('Error of the layers, mean over layers, in units of θ/T')} (predicted by theory / measured)\n${errorTable(result, width)}`,
    `${bold('Findings of the paper')}\n${measurement.findings.map((finding) => findingText(finding, width)).join('\n')}`,
    ...measurement.remarks.map((remark) => wrap(remark, width, '')),
    `${environment.backend}, ${environment.threads} threads, ${environment.seconds.toFixed(1)} s (${environment.jobs.stored} jobs from the store, ${environment.jobs.executed} executed); predictions ${hashes.predictions.slice(0, 16)}`,
  ];
  return parts.join('\n\n');
}

const PLAIN = { style: { head: [], border: [], compact: true } };

function draw(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], ...PLAIN });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** One row a potential; one row a T when that is too wide. */
function accuracyTable({ measurement }: ExperimentResult, width: number): string {
  const { series, timeSteps } = measurement;
  const cell = ({ accuracy }: (typeof series)[number], i: number): string => {
    const point = accuracy[i]!;
    return `${percent(point.accuracy)}\n${percentRange(point.interval)}`;
  };
  const wide = draw(
    ['v0', ...timeSteps.map((t) => `T=${t}`)],
    series.map((one) => [one.label, ...timeSteps.map((_, i) => cell(one, i))]),
  );
  if (widthOf(wide) <= width) return wide;
  const tall = draw(
    ['T', ...series.map(({ label }) => label)],
    timeSteps.map((t, i) => [String(t), ...series.map((one) => cell(one, i))]),
  );
  if (widthOf(tall) <= width) return tall;
  return series
    .map(({ label, accuracy }) =>
      [`${label}:`, ...accuracy.map((point) => `  T=${point.timeSteps} ${percent(point.accuracy)}`)].join(
        '\n',
      ),
    )
    .join('\n');
}

function cellsTable({ measurement }: ExperimentResult, width: number): string {
  const rows = measurement.cells.map(({ timeSteps, expected, got, difference, outcome }) => [
    String(timeSteps),
    expected === null
      ? ''
      : `${percent(expected.accuracy)}${expected.confidence === 'recalled' ? ' (recalled)' : ''}`,
    got === null ? '' : percent(got.accuracy),
    difference === null ? '' : `${difference >= 0 ? '+' : ''}${percent(difference)}`,
    outcome,
  ]);
  const sources = [...new Set(measurement.cells.flatMap(({ expected }) => expected?.source ?? []))];
  const table = draw(['T', 'published', 'ours', 'difference', 'verdict'], rows);
  return `${table}\n${wrap(`Published: ${sources.join('; ')}`, width, '')}`;
}

function errorTable(result: ExperimentResult, width: number): string {
  const errors = meanErrors(result);
  const labels = new Map(result.measurement.series.map(({ id, label }) => [id, label]));
  const pair = (predicted: number, measured: number): string =>
    `${predicted.toFixed(2)} / ${measured.toFixed(2)}`;
  const rows = errors.map((row) => [
    labels.get(row.series)!,
    String(row.timeSteps),
    pair(row.predictedBias, row.measuredBias),
    pair(row.predictedSquare, row.measuredSquare),
  ]);
  const table = draw(['v0', 'T', 'bias', 'mean square'], rows);
  return widthOf(table) <= width ? table : rows.map((row) => row.join('  ')).join('\n');
}

function findingText(
  { claim, outcome, confidence, comparisons, pValue: p }: FindingVerdict,
  width: number,
): string {
  const tests =
    comparisons.length === 0
      ? 'needs runs that this table does not have'
      : `smallest p ${pValue(p)}, ${comparisons.length} paired tests`;
  const head = wrap(`[${outcome}] ${claim} (${confidence}; ${tests})`, width, '  ');
  const lines = comparisons.map(({ first, second, condition, effect, pValue: one, outcome: judged }) =>
    wrap(
      `${condition}: ${first} against ${second}: ${effect >= 0 ? '+' : ''}${effect.toFixed(2)}, p ${pValue(one)}, ${judged}`,
      width - 4,
      '      ',
    ),
  );
  return [head, ...lines.map((line) => `    ${line}`)].join('\n');
}

function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));
}
