import { describe, expect, test } from 'vitest';
import { headline } from '../src/headline.js';
import { exampleResult, resultWith } from './results.js';

const { measurement } = exampleResult();

/** Blanks that do not break are blanks to a reader. */
const read = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('headline', () => {
  test('tells latency, accuracy and the fate of the findings', () => {
    expect(read(headline(measurement))).toBe(
      'Started at θ/2, small-vgg comes within 1 percentage point of its ANN (91.5 %) after T = 64 time-steps, as it ' +
        'does started at 0. At T = 16 it is right on 88.0 % of 200 shapes-10 test images from θ/2, against 87.5 % from ' +
        '0; the gain is largest at T = 1, 53.5 % against 10.0 %. Of 5 findings of the paper: 2 supported, 1 undecided, ' +
        '2 not run.',
    );
  });

  test('says so when the ANN is not reached', () => {
    const ann = { ...measurement.ann!, accuracy: 0.99 };
    expect(headline(resultWith({ ann }).measurement)).toContain(
      'does not come within 1 percentage point of its ANN (99.0\u00a0%) in T = 64 time-steps, nor does it from 0.',
    );
  });

  test('tells apart when the two starts reach the ANN', () => {
    const ann = { ...measurement.ann!, accuracy: 0.885 };
    expect(headline(resultWith({ ann }).measurement)).toContain('after T = 16 time-steps, as it does');
    const series = measurement.series.map((one) =>
      one.id === 'zero'
        ? { ...one, accuracy: one.accuracy.map((point) => ({ ...point, accuracy: 0.1 })) }
        : one,
    );
    expect(headline(resultWith({ ann, series }).measurement)).toContain(
      'after T = 16 time-steps; started at 0, not within 64.',
    );
  });

  test('does without ANN, without findings, without a start at 0', () => {
    const series = measurement.series.slice(0, 1);
    const text = read(headline(resultWith({ ann: null, findings: [], series }).measurement));
    expect(text).toBe('At T = 16 it is right on 88.0 % of 200 shapes-10 test images from θ/2.');
  });

  test('of several methods tells which is ahead, and what the start at θ/2 of the first gives', () => {
    const methods = measurement.series.map((one) => ({ ...one, method: one.id, label: one.id }));
    const text = (series: typeof methods): string =>
      read(headline(resultWith({ findings: measurement.findings.slice(0, 1), series }).measurement));
    expect(text(methods)).toBe(
      'At T = 16 “half” is right most often, on 88.0 % of 200 shapes-10 test images, “zero” on 87.5 %; the ANN is on ' +
        '91.5 %. The one finding of the paper is undecided.',
    );
    const better = methods.map((one) =>
      one.id === 'zero'
        ? { ...one, accuracy: one.accuracy.map((point) => ({ ...point, accuracy: 0.9 })) }
        : one,
    );
    expect(text(better)).toContain(
      '“zero” is right most often, on 90.0 % of 200 shapes-10 test images, “half” on 88.0 %;',
    );
    const alike = [1, 2, 3].map((id) => ({ ...methods[0]!, id: String(id) }));
    expect(text(alike)).toContain(
      'At T = 16 all 3 that are compared are right on 88.0 % of 200 shapes-10 test images; the ANN',
    );
  });

  test('says that nothing was run', () => {
    const nothing = resultWith({ ann: null, findings: [], series: [], timeSteps: [] });
    expect(headline(nothing.measurement)).toBe('Nothing was run.');
  });
});
