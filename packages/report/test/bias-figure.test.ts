import { describe, expect, test } from 'vitest';
import { biasFigure } from '../src/bias-figure.js';
import { drawFigure } from '../src/draw-figure.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();
const withIntervals = measurement.errors.map((error) => ({
  ...error,
  biasInterval: { low: error.measured.bias - 0.01, high: error.measured.bias + 0.02 },
}));

describe('biasFigure', () => {
  test('draws the mean error of every layer with its interval at one T, and holds every T', async () => {
    const figure = biasFigure(resultWith({ errors: withIntervals }).measurement)!;
    expect(figure.data).toHaveLength(withIntervals.length);
    const [first] = withIntervals;
    expect(figure.data[0]).toMatchObject({
      depth: 1,
      bias: first!.measured.bias,
      low: first!.biasInterval.low,
      high: first!.biasInterval.high,
    });
    expect(figure.caption).toMatch(/−0\.0\d from θ\/2 \(predicted \+?0\.0\d\)/u);
    expect(await drawFigure(figure)).toContain('mean error, ANN minus SNN [θ/T]');
  });

  test('does not exist for results of early versions, which have no intervals', () => {
    expect(biasFigure(measurement)).toBeUndefined();
  });
});
