import { afterEach, describe, expect, test, vi } from 'vitest';
import { drawFigure } from '../src/draw-figure.js';
import { figuresOf } from '../src/figures.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();

describe('drawFigure', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('draws every figure without a warning of the plotting library', async () => {
    const warn = vi.spyOn(console, 'warn');
    for (const figure of figuresOf(measurement))
      expect(await drawFigure(figure)).toMatch(/^<svg [^>]*>.*<\/svg>$/su);
    expect(warn.mock.calls).toEqual([]);
  });

  test('takes its colours from the page', async () => {
    const [accuracy] = figuresOf(measurement);
    const svg = await drawFigure(accuracy!);
    const colors = [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/gu)].map(([, value]) => value!);
    expect(new Set(colors.filter((value) => !/^(?:var\(--[\w-]+\)|none|transparent)$/u.test(value)))).toEqual(
      new Set(),
    );
  });

  test('names all series in the legend, and the axes with their units', async () => {
    const [accuracy, errors] = figuresOf(measurement);
    const svg = await drawFigure(accuracy!);
    for (const { label } of measurement.series) expect(svg).toContain(`>${label}</text>`);
    expect(svg).toContain('>time-steps T (logarithmic)</text>');
    expect(svg).toContain('>ANN 91.50 %</text>');
    expect(await drawFigure(errors!)).toContain('>measured bias (θ/T)</text>');
  });

  test('cuts a long name between characters', async () => {
    const series = measurement.series.map((one) => ({ ...one, label: `${one.label}${'🙂'.repeat(200)}` }));
    const [accuracy] = figuresOf(resultWith({ series }).measurement);
    expect(await drawFigure(accuracy!)).not.toMatch(/\p{Surrogate}/u);
    const [shifted] = figuresOf(
      resultWith({ series: series.map((one) => ({ ...one, label: `x${one.label}` })) }).measurement,
    );
    expect(await drawFigure(shifted!)).not.toMatch(/\p{Surrogate}/u);
  });

  test('draws what a hostile result may hold: a T of 0, no error at all, equal predictions', async () => {
    const odd = resultWith({
      timeSteps: [0, 1],
      series: measurement.series.map((one) => ({
        ...one,
        accuracy: one.accuracy
          .slice(0, 2)
          .map((point, index) => ({ ...point, timeSteps: index, accuracy: 0 })),
        cost: one.cost.map((point) => ({ ...point, synapticOperationsPerImage: 0 })),
      })),
      errors: measurement.errors.map((error) => ({
        ...error,
        predicted: { bias: 0, meanSquaredError: 0 },
        measured: { bias: 0, meanSquaredError: 0 },
      })),
    });
    const figures = figuresOf(odd.measurement);
    expect(figures.map(({ id }) => id)).not.toContain('cost');
    for (const figure of figures) expect(await drawFigure(figure)).not.toContain('NaN');
  });
});
