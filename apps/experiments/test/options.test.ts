import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { realNumber, seedList, timeStepList, wholeNumber } from '../src/options.js';

describe('timeStepList', () => {
  test('returns ascending time-steps without repetition', () => {
    expect(timeStepList('8,1, 4,8')).toEqual([1, 4, 8]);
  });

  test.each(['', '0', '1,,2', '1,x', '4097', '1.5', '-1'])('refuses %j', (text) => {
    expect(() => timeStepList(text)).toThrow(/Each must be a whole number from 1 to 4096/);
  });
});

describe('seedList', () => {
  test('returns the seeds in their order without repetition, and refuses what is none', () => {
    expect(seedList('3, 1,3,0')).toEqual([3, 1, 0]);
    expect(() => seedList('1,x')).toThrow('It must be a whole number of at least 0, got "x".');
  });
});

describe('wholeNumber', () => {
  test('reads back every whole number in its range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 1_000_000 }), (value) => wholeNumber(3)(String(value)) === value),
    );
  });

  test.each(['', ' ', '2', '3.5', 'NaN', 'Infinity', '1e400'])(
    'refuses %j where at least 3 is asked',
    (text) => {
      expect(() => wholeNumber(3)(text)).toThrow(/It must be a whole number of at least 3/);
    },
  );
});

describe('realNumber', () => {
  test.each(['', '1.01', '-0.1', 'NaN'])('refuses %j where 0 to 1 is asked', (text) => {
    expect(() => realNumber(0, 1)(text)).toThrow(/It must be a number from 0 to 1/);
  });

  test('accepts both ends', () => {
    expect([realNumber(0, 1)('0'), realNumber(0, 1)('1')]).toEqual([0, 1]);
  });
});
