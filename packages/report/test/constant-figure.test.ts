import { describe, expect, test } from 'vitest';
import { constantFigure } from '../src/constant-figure.js';
import { drawFigure } from '../src/draw-figure.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();
const [half] = measurement.series;
const constants = [0, 0.25, 0.5, 0.75].map((fraction) => ({
  ...half!,
  id: `theta-${fraction}`,
  label: `${fraction} θ`,
  initialPotential: { kind: 'fraction' as const, fraction },
  accuracy: half!.accuracy.map((point) => ({ ...point, accuracy: point.accuracy - (fraction - 0.5) ** 2 })),
}));

describe('constantFigure', () => {
  test('has one row for each constant and T, and names the best constant of each T', async () => {
    const figure = constantFigure(resultWith({ series: constants }).measurement)!;
    expect(figure.data).toHaveLength(constants.length * measurement.timeSteps.length);
    expect(figure.data[0]).toMatchObject({ line: 'T = 1', fraction: 0 });
    for (const t of measurement.timeSteps) expect(figure.caption).toContain(`0.5 θ at T = ${t}`);
    expect(await drawFigure(figure)).toContain('initial potential (θ)');
  });

  test('does not exist for a few potentials, or for several methods', () => {
    expect(constantFigure(measurement)).toBeUndefined();
    const mixed = constants.map((one, i) => ({ ...one, method: i < 2 ? 'opi' : 'tcl' }));
    expect(constantFigure(resultWith({ series: mixed }).measurement)).toBeUndefined();
  });
});
