import { describe, expect, test } from 'vitest';
import { costTable } from '../src/cost-table.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();

describe('costTable', () => {
  test('shows thousands of operations per image and the share of spiking neurons, and the energy', () => {
    const point = measurement.series[0]!.cost[3]!;
    expect(costTable(measurement)!.rows[3]![1]).toEqual({
      text: Math.round(point.synapticOperationsPerImage / 1000).toLocaleString('en-US'),
      below: [
        (100 * point.spikesPerNeuronPerStep).toFixed(1),
        `${(point.energy!.int8.snn / 1e6).toFixed(2)} µJ`,
      ],
    });
  });

  test('shows the energy of each series beside the ANN where it was estimated', () => {
    const energy = {
      table: 'a table',
      activationBits: 3,
      float32: { snn: 4e6, ann: 5e6 },
      int8: { snn: 1.5e6, ann: 2e6 },
    };
    const series = measurement.series.map((one) => ({
      ...one,
      cost: one.cost.map((point) => ({ ...point, energy })),
    }));
    const table = costTable(resultWith({ series }).measurement)!;
    expect(table.columns.at(-1)!.title).toBe('ANN');
    expect(table.rows[3]![1]!.below[1]).toBe('1.50 µJ');
    expect(table.rows[3]!.at(-1)).toEqual({ text: '2.00 µJ', below: ['3 bit'] });
    expect(table.note).toContain('Energies: a table.');
  });

  test('gives each series a row where there are many, the ANN last', () => {
    const series = [...measurement.series, ...measurement.series].map((one, i) => ({ ...one, id: `${i}` }));
    const few = costTable(measurement)!;
    const { columns, rows } = costTable(resultWith({ series }).measurement)!;
    expect(columns.map(({ title }) => title)).toEqual([
      'Series',
      ...measurement.timeSteps.map((t) => `T = ${t}`),
    ]);
    expect(rows).toHaveLength(series.length + 1);
    expect(rows[1]!.slice(1)).toEqual(few.rows.map((row) => row[2]));
    expect(rows.at(-1)![0]!.text).toBe('ANN');
  });

  test('is absent when nothing was counted', () => {
    const series = measurement.series.map((one) => ({ ...one, cost: [] }));
    expect(costTable(resultWith({ series }).measurement)).toBeUndefined();
  });
});
