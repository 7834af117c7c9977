import type { ErrorMoments, LayerError, Measurement } from '@opi-snn/harness';
import { NOTHING, signed } from './number-format.js';
import { seriesNames } from './series-lookup.js';
import { cell, numbers, words, type TableCell, type TableModel } from './table.js';

/**
 * Conversion error, mean over the layers, predicted by the theory of a single layer and measured.
 *
 * @param measurement  of one experiment
 * @param timeSteps  T to show; default all that were measured
 * @returns rows T, columns series; undefined when no errors were measured
 */
export function errorTable(
  measurement: Measurement,
  timeSteps: readonly number[] = errorTimeSteps(measurement),
): TableModel | undefined {
  const { errors, series } = measurement;
  const shown = series.filter((one) => errors.some((error) => error.series === one.id));
  if (shown.length === 0 || timeSteps.length === 0) return undefined;
  const names = seriesNames(series);
  const group = (id: string, t: number): LayerError[] =>
    errors.filter((error) => error.series === id && error.timeSteps === t);
  return {
    title: 'Conversion error, predicted→measured',
    note: 'Mean over the layers. First line: bias, ANN minus SNN, in θ/T. Second line: mean square in (θ/T)².',
    columns: [words('T'), ...shown.map((one) => numbers(names.get(one.id)!))],
    rows: timeSteps.map((t) => [cell(String(t)), ...shown.map((one) => errorCell(group(one.id, t)))]),
  };
}

/**
 * The T at which errors were measured.
 *
 * @param measurement  of one experiment
 * @returns ascending
 */
export function errorTimeSteps({ errors }: Measurement): number[] {
  return [...new Set(errors.map((error) => error.timeSteps))].sort((a, b) => a - b);
}

function errorCell(group: readonly LayerError[]): TableCell {
  const predicted = group.flatMap((error) => error.predicted ?? []);
  const measured = group.map((error) => error.measured);
  const arrow = (pick: (moments: ErrorMoments) => number, show: (value: number) => string): string =>
    `${shownMean(predicted.map(pick), show)}→${shownMean(measured.map(pick), show)}`;
  return cell(
    arrow(({ bias }) => bias, signed),
    arrow(
      ({ meanSquaredError }) => meanSquaredError,
      (value) => value.toFixed(3),
    ),
  );
}

function shownMean(values: readonly number[], show: (value: number) => string): string {
  return values.length === 0 ? NOTHING : show(values.reduce((sum, value) => sum + value, 0) / values.length);
}
