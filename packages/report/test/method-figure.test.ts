import { describe, expect, test } from 'vitest';
import { drawFigure } from '../src/draw-figure.js';
import { figuresOf } from '../src/figures.js';
import { methodFigure } from '../src/method-figure.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();
const [half] = measurement.series;
const family = ['opi', 'max-norm', 'rmp'].flatMap((method) =>
  ['0', 'θ/2'].map((potential) => ({
    ...half!,
    id: `${method}-${potential}`,
    method,
    label: `${method}, ${potential}`,
  })),
);

describe('methodFigure', () => {
  test('has a panel for each method with a row for each of its series and T', async () => {
    const figure = methodFigure(resultWith({ series: family }).measurement)!;
    expect(figure.data).toHaveLength(family.length * measurement.timeSteps.length);
    expect(figure.data.filter(({ rank }) => rank === 1).map(({ series }) => series)).toContain('rmp, θ/2');
    const svg = await drawFigure(figure);
    for (const method of ['opi', 'max-norm', 'rmp']) expect(svg).toContain(`>${method}</text>`);
  });

  test('gives a potential the same shape in every panel, whichever a method is published with, and names it', () => {
    const series = [
      ...family.filter(({ method }) => method === 'opi').toReversed(),
      ...family.filter(({ method }) => method === 'rmp'),
    ].map((one) => ({ ...one, label: `${one.method} (${one.id.split('-')[1]!})` }));
    const { data, caption } = methodFigure(resultWith({ series }).measurement)!;
    for (const { series: label, rank } of data) expect(rank).toBe(String(label).includes('θ/2') ? 0 : 1);
    expect(caption).toContain('Circles: θ/2; squares: 0.');
  });

  test('does not exist for a single method', () => {
    expect(methodFigure(measurement)).toBeUndefined();
  });

  test('is left out where every method has one series, whose lines share a plot', () => {
    const idsOf = (series: typeof family): string[] =>
      figuresOf(resultWith({ series }).measurement).map(({ id }) => id);
    expect(idsOf(family)).toContain('methods');
    const oneEach = family.filter(({ label }) => label.endsWith('θ/2'));
    expect(idsOf(oneEach)).toContain('accuracy');
    expect(idsOf(oneEach)).not.toContain('methods');
  });

  test('is the only figure where more series were run than one plot can show', () => {
    const many = Array.from({ length: 13 }, (_, i) => ({
      ...half!,
      id: `s${i}`,
      label: `s${i}`,
      method: i % 2 === 0 ? 'opi' : 'tcl',
    }));
    expect(figuresOf(resultWith({ series: many }).measurement).map(({ id }) => id)).toEqual(['methods']);
    expect(figuresOf(measurement).map(({ id }) => id)).not.toContain('methods');
  });
});
