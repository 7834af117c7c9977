import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { plainText } from '../src/plain-text.js';
import { cell, numbers, words, type TableModel } from '../src/table.js';
import { drawTable } from '../src/terminal-table.js';
import { ANY_TEXT } from './any-text.js';

const TABLE: TableModel = {
  title: 'Title',
  note: 'Note',
  columns: [words('T'), numbers('first'), numbers('second'), words('verdict')],
  rows: [
    [cell('1'), cell('10.00', '8.0–12.0'), cell('20.00', '18.0–22.0'), cell('✓ agrees')],
    [cell('16'), cell('30.00', '28.0–32.0'), cell('40.00'), cell('✗ contradicted')],
  ],
};

/** Tables of any text that outside strings can become. */
const ANY_TABLE = fc
  .array(fc.tuple(ANY_TEXT.map(plainText), fc.constantFrom('words', 'numbers')), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((heads) => {
    const line = ANY_TEXT.map(plainText);
    const cells = heads.map(() => fc.tuple(line, fc.array(line, { maxLength: 2 })));
    return fc.array(fc.tuple(...cells), { maxLength: 3 }).map((rows): TableModel => {
      const columns = heads.map(([title, holds]) => ({ title, holds }));
      return { ...TABLE, columns, rows: rows.map((row) => row.map(([text, below]) => cell(text, ...below))) };
    });
  });

describe('drawTable', () => {
  test('is never wider than it may be, whatever characters stand in the table', () => {
    fc.assert(
      fc.property(ANY_TABLE, fc.integer({ min: 20, max: 140 }), (table, width) => {
        for (const line of drawTable(table, width).split('\n'))
          expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      }),
      { numRuns: 100 },
    );
  });

  test('sets the interval behind the number where there is room', () => {
    expect(drawTable(TABLE, 60)).toBe(
      [
        'T               first             second  verdict',
        '────────────────────────────────────────────────────────',
        '1    10.00 (8.0–12.0)  20.00 (18.0–22.0)  ✓ agrees',
        '16  30.00 (28.0–32.0)              40.00  ✗ contradicted',
      ].join('\n'),
    );
  });

  test('sets it below where there is less', () => {
    expect(drawTable(TABLE, 42)).toBe(
      [
        'T       first     second  verdict',
        '────────────────────────────────────────',
        '1       10.00      20.00  ✓ agrees',
        '     8.0–12.0  18.0–22.0',
        '16      30.00      40.00  ✗ contradicted',
        '    28.0–32.0',
      ].join('\n'),
    );
  });

  test('spreads too many columns over several tables that all name the row', () => {
    const parts = drawTable(TABLE, 25).split('\n\n');
    expect(parts).toHaveLength(2);
    expect(parts.map((part) => part.split('\n')[0])).toEqual(['T       first     second', 'T   verdict']);
  });

  test('makes each row a list where not even two columns fit', () => {
    const wide: TableModel = {
      ...TABLE,
      columns: [words('name'), numbers('value')],
      rows: [[cell('a very long name of a layer'), cell('1.000000000000000')]],
    };
    expect(drawTable(wide, 24)).toBe(
      ['name: a very long name', 'of a layer', '  value:', '  1.000000000000000'].join('\n'),
    );
  });

  test('measures wide characters as a terminal shows them', () => {
    const wide = { ...TABLE, columns: [words('層'), numbers('n')], rows: [[cell('深層'), cell('1')]] };
    expect(drawTable(wide, 30)).toBe(['層    n', '───────', '深層  1'].join('\n'));
  });
});
