import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderTerminal } from '../src/terminal.js';
import { ANY_TEXT } from './any-text.js';
import { CELLS, exampleResult, resultWith, withStrings } from './results.js';

const result = resultWith({ cells: CELLS });

describe('renderTerminal', () => {
  test.each([60, 80, 120])('is as it was read and approved at %i columns', async (width) => {
    const text = renderTerminal(result, { width });
    await expect(`${text}\n`).toMatchFileSnapshot(`fixtures/terminal-${width}.txt`);
  });

  test('begins with the title and the headline', () => {
    const [title, , headline] = renderTerminal(result).split('\n');
    expect(title).toBe(result.measurement.experiment.title);
    expect(headline).toMatch(/^Started at θ\/2, small-vgg comes within 1 percentage point of its ANN/u);
  });

  test('shows every accuracy and every verdict at any width', () => {
    for (const width of [30, 60, 80, 100, 200]) {
      const text = renderTerminal(result, { width });
      for (const { accuracy } of result.measurement.series.flatMap((one) => one.accuracy)) {
        expect(text).toContain((100 * accuracy).toFixed(2));
      }
      for (const { outcome } of result.measurement.findings) expect(text).toContain(`${outcome}:`);
      expect(text.replaceAll(/\s+/gu, ' ')).toContain('recalled value only');
    }
  });

  test('is one screen: the error of all layers takes a few lines, not one for every potential and T', () => {
    const { errors, series } = exampleResult().measurement;
    const many = Array.from({ length: 32 }, (_, i) =>
      errors.map((error) => ({ ...error, timeSteps: i + 1 })),
    );
    const long = resultWith({ errors: many.flat() });
    const lines = renderTerminal(long, { width: 100 }).split('\n');
    const from = lines.findIndex((line) => line.startsWith('Conversion error'));
    const length = lines.slice(from).indexOf('');
    expect(length).toBeLessThan(3 * 2 + 2 * series.length);
  });

  test('writes no escape sequence without colour, and the same text with it', () => {
    const plain = renderTerminal(result, { color: false });
    const colored = renderTerminal(result, { color: true });
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[1m');
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  test('stays within its width and lets no outside string steer the terminal', () => {
    fc.assert(
      fc.property(
        fc.array(ANY_TEXT, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 140 }),
        (texts, width) => {
          let next = 0;
          const hostile = withStrings(result, () => texts[next++ % texts.length]!);
          const lines = renderTerminal(hostile, { width }).split('\n');
          for (const line of lines) {
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
            expect(line).not.toMatch(/[\p{Control}\u202a-\u202e\u2066-\u2069]/u);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test('draws a result in which nothing was run', () => {
    const empty = resultWith({
      ann: null,
      timeSteps: [],
      series: [],
      errors: [],
      firstSpikes: [],
      findings: [],
    });
    expect(renderTerminal(empty, { width: 60 })).toContain('Nothing was run.');
  });
});
