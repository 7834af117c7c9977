import { describe, expect, test } from 'vitest';
import { costTable } from '../src/cost-table.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();

describe('costTable', () => {
  test('shows thousands of operations per image and the share of spiking neurons', () => {
    const point = measurement.series[0]!.cost[3]!;
    expect(costTable(measurement)!.rows[3]![1]).toEqual({
      text: Math.round(point.synapticOperationsPerImage / 1000).toLocaleString('en-US'),
      below: [(100 * point.spikesPerNeuronPerStep).toFixed(1)],
    });
  });

  test('is absent when nothing was counted', () => {
    const series = measurement.series.map((one) => ({ ...one, cost: [] }));
    expect(costTable(resultWith({ series }).measurement)).toBeUndefined();
  });
});
