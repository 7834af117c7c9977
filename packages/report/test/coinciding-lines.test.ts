import { describe, expect, test } from 'vitest';
import { coincidingLines } from '../src/coinciding-lines.js';

const line = (series: string, ...values: number[]): { series: string; value: number }[] =>
  values.map((value) => ({ series, value }));

describe('coincidingLines', () => {
  test('names the lines that lie on each other, group by group', () => {
    const rows = [...line('a', 1, 0), ...line('b', 2, 2), ...line('c', 1.004, 0), ...line('d', 2, 2)];
    expect(coincidingLines(rows, 'value')).toBe(' On one line: a; c. On one line: b; d.');
  });

  test('says nothing where every line is to be seen', () => {
    expect(coincidingLines([...line('a', 1, 2), ...line('b', 1, 2.1), ...line('c', 1)], 'value')).toBe('');
    expect(coincidingLines([], 'value')).toBe('');
  });
});
