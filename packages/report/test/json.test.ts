import { parseResult } from '@opi-snn/harness';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../src/json.js';
import { ANY_TEXT } from './any-text.js';
import { exampleResult, withStrings } from './results.js';

describe('renderJson', () => {
  test('reads back as the results that went in', () => {
    const result = exampleResult();
    const read = JSON.parse(renderJson([result, result])) as unknown[];
    expect(read.map((one) => parseResult(one, 'test'))).toEqual([result, result]);
  });

  test('holds no control character but line breaks, and loses none', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const result = withStrings(exampleResult(), () => text);
        const json = renderJson([result]);
        expect(json).not.toMatch(/[^\P{Control}\n]|[\u2028-\u202e\u2066-\u2069]/u);
        expect(JSON.parse(json)).toEqual([result]);
      }),
      { numRuns: 20 },
    );
  });
});
