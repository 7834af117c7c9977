import { describe, expect, test } from 'vitest';
import { accuracyTable, PAIRED_TESTS } from '../src/accuracy-table.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();
const { series, ann, timeSteps } = measurement;

describe('accuracyTable', () => {
  test('holds every accuracy of the result with its interval, in percent', () => {
    const { columns, rows } = accuracyTable(measurement);
    for (const [row, t] of timeSteps.entries()) {
      expect(rows[row]![0]!.text).toBe(String(t));
      for (const [column, one] of series.entries()) {
        const { accuracy, interval } = one.accuracy[row]!;
        const shown = rows[row]![column + 1]!;
        expect(columns[column + 1]!.title).toBe(one.label);
        expect(Number(shown.text)).toBeCloseTo(100 * accuracy, 1);
        expect(shown.below[0]).toBe(`${(100 * interval.low).toFixed(1)}–${(100 * interval.high).toFixed(1)}`);
      }
      expect(rows[row]![series.length + 1]!.text).toBe((100 * ann!.accuracy).toFixed(2));
    }
  });

  test('shows the spread over seeds only where there are several', () => {
    const [row] = accuracyTable(measurement).rows;
    expect(row!.map(({ below }) => below.some((line) => line.startsWith('sd ')))).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('says in words what each paired test at that T shows', () => {
    const tests = measurement.findings
      .flatMap(({ comparisons }) => comparisons)
      .filter((one) => one.timeSteps === 4 && one.first === 'θ/2');
    expect(tests).toMatchObject([{ second: 'uniform(0, θ)', outcome: 'ahead' }]);
    const { columns, rows } = accuracyTable(measurement);
    const at = columns.findIndex(({ title }) => title === PAIRED_TESTS);
    expect(rows[1]![at]).toEqual({
      text: '▲ θ/2 over uniform(0, θ)',
      below: ['○ uniform(0, θ) over 0: not shown'],
    });
  });

  test('has no column for tests or ANN where there are none', () => {
    const { columns } = accuracyTable(resultWith({ findings: [], ann: null }).measurement);
    expect(columns.map(({ title }) => title)).toEqual(['T', ...series.map(({ label }) => label)]);
  });

  test('shows a dash where a T was not reported', () => {
    const short = series.map((one) => ({ ...one, accuracy: one.accuracy.slice(1) }));
    const [first] = accuracyTable(resultWith({ series: short }).measurement).rows;
    expect(first![1]!.text).toBe('–');
  });

  test('has a row for each series where there are too many for columns, with the ANN in the note', () => {
    const many = Array.from({ length: 7 }, (_, i) => ({ ...series[0]!, id: `s${i}`, label: `s${i}` }));
    const { columns, rows, note } = accuracyTable(resultWith({ series: many }).measurement);
    expect(columns.map(({ title }) => title)).toEqual(['Series', ...timeSteps.map((t) => `T = ${t}`)]);
    expect(rows.map(([name]) => name!.text)).toEqual(many.map(({ label }) => label));
    expect(Number(rows[3]![2]!.text)).toBeCloseTo(100 * series[0]!.accuracy[1]!.accuracy, 1);
    expect(note).toContain(`ANN: ${(100 * ann!.accuracy).toFixed(2)} (`);
  });
});
