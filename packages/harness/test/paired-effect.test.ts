import fc from 'fast-check';
import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { pairedEffect } from '../src/index.js';
import golden from './fixtures/statistics.json' with { type: 'json' };

describe('pairedEffect', () => {
  test("is Bonett and Price's interval for answers that are right or wrong", () => {
    for (const { pairs, wins, losses, low, high } of golden.bonettPrice) {
      const first = Float64Array.from({ length: pairs }, (_, i) => (i < wins ? 1 : 0));
      const second = Float64Array.from({ length: pairs }, (_, i) => (i >= wins && i < wins + losses ? 1 : 0));
      const found = pairedEffect(first, second);
      expect(found).toMatchObject({ pairs, wins, losses, effect: (wins - losses) / pairs });
      expectClose([found.interval.low, found.interval.high], [low, high], 'float64');
    }
  });

  test('counts larger and smaller, and averages differences, of any numbers', () => {
    const { wins, losses, effect } = pairedEffect([1, 2, 3, 4], [0, 2, 5, 1.5]);
    expect({ wins, losses, effect }).toEqual({ wins: 2, losses: 1, effect: (1 + 0 - 2 + 2.5) / 4 });
  });

  test('turns its sign when the two change places', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(values, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const [there, back] = [pairedEffect(a, b), pairedEffect(b, a)];
        expect([back.wins, back.losses]).toEqual([there.losses, there.wins]);
        expectClose([back.effect, back.interval.low], [-there.effect, -there.interval.high], 'float64');
      }),
    );
  });

  test('leaves room for a difference where none was seen', () => {
    const { effect, interval } = pairedEffect([1, 1, 0, 1], [1, 1, 0, 1]);
    expect(effect).toBe(0);
    expect(interval.low).toBeLessThan(-0.2);
    expect(interval.high).toBeGreaterThan(0.2);
  });

  test.each([
    [[], [], 'pairedEffect: first and second must have the same number of values ≥ 1, got 0 and 0.'],
    [[1], [1, 2], 'pairedEffect: first and second must have the same number of values ≥ 1, got 1 and 2.'],
    [[NaN], [1], 'pairedEffect: values must be finite numbers, got NaN or an infinite one.'],
    [[Infinity], [1], 'pairedEffect: values must be finite numbers, got NaN or an infinite one.'],
  ])('refuses %j against %j', (first, second, message) => {
    expect(() => pairedEffect(first, second)).toThrow(new RangeError(message));
  });
});
