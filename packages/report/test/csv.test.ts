import { csvParse } from 'd3-dsv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCsv } from '../src/csv.js';

describe('toCsv', () => {
  test('writes a head and one line a row, ended by CR LF', () => {
    expect(
      toCsv([
        { series: 'θ/2', T: 4, error: -0.25 },
        { series: '0', T: 8, error: null },
      ]),
    ).toBe('series,T,error\r\nθ/2,4,-0.25\r\n0,8,\r\n');
  });

  test('quotes what holds a comma, a quotation mark or a line break', () => {
    expect(toCsv([{ a: 'uniform(0, θ)', b: 'say "θ"', c: 'one\ntwo' }])).toBe(
      'a,b,c\r\n"uniform(0, θ)","say ""θ""","one\ntwo"\r\n',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])(
    'keeps a spreadsheet from computing the text %j',
    (text) => {
      expect(toCsv([{ a: text }])).toBe(`a\r\n'${text}\r\n`);
    },
  );

  test('writes numbers that read back as the same bits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(toCsv([{ value }]).split('\r\n')[1]) === value).toBe(true);
      }),
    );
  });

  test('is read back by another program, whatever the text', () => {
    const text = fc.string().filter((value) => !/^[=+\-@\t\r]/u.test(value));
    fc.assert(
      fc.property(fc.array(fc.record({ a: text, 'b,"': text }), { minLength: 1 }), (rows) => {
        const read = csvParse(toCsv(rows));
        expect(read.map((row) => ({ ...row }))).toEqual(rows);
      }),
    );
  });

  test('is empty without rows', () => {
    expect(toCsv([])).toBe('');
  });
});
