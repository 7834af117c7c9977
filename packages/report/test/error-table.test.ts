import { describe, expect, test } from 'vitest';
import { errorTable, errorTimeSteps } from '../src/error-table.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();

describe('errorTable', () => {
  test('shows the mean over the layers of the predicted and of the measured error', () => {
    const rows = measurement.errors.filter((error) => error.series === 'zero' && error.timeSteps === 4);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const bias = [mean(rows.map((r) => r.predicted!.bias)), mean(rows.map((r) => r.measured.bias))];
    const square = [
      mean(rows.map((r) => r.predicted!.meanSquaredError)),
      mean(rows.map((r) => r.measured.meanSquaredError)),
    ];
    const shown = errorTable(measurement)!.rows[1]!.at(-1)!;
    expect(shown).toEqual({
      text: bias.map((value) => `+${value.toFixed(2)}`).join('→'),
      below: [square.map((value) => value.toFixed(3)).join('→')],
    });
  });

  test('has one row for each T that was measured, or for those asked for', () => {
    expect(errorTimeSteps(measurement)).toEqual([1, 4, 16, 64]);
    expect(errorTable(measurement)!.rows.map(([t]) => t!.text)).toEqual(['1', '4', '16', '64']);
    expect(errorTable(measurement, [16])!.rows.map(([t]) => t!.text)).toEqual(['16']);
  });

  test('shows a dash where the theory gives no number', () => {
    const errors = measurement.errors.map((error) => ({ ...error, predicted: null }));
    expect(errorTable(resultWith({ errors }).measurement)!.rows[0]![1]!.text).toMatch(/^–→/u);
  });

  test('is absent when nothing was measured', () => {
    expect(errorTable(resultWith({ errors: [] }).measurement)).toBeUndefined();
  });
});
