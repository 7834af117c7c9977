import { describe, expect, it } from 'vitest';
import { CounterRandom, predictRoundingError } from '../src/index.js';

describe('predictRoundingError', () => {
  it('is √((Σr + 1)/12) steps', () => {
    expect(predictRoundingError({ step: 1 / 1024, activeConnections: 23 })).toBeCloseTo(
      Math.SQRT2 / 1024,
      15,
    );
    expect(predictRoundingError({ step: 2, activeConnections: 0 })).toBeCloseTo(2 / Math.sqrt(12), 15);
  });

  it('is the root mean square that rounding has, over random weights, where sources fire always or never', () => {
    const random = new CounterRandom(5);
    const [step, connections, trials] = [0.01, 40, 4000];
    const uniform = (): number => random.nextUint32() / 2 ** 32 - 0.5;
    const error = (value: number): number => Math.round(value / step) * step - value;
    let squares = 0;
    let active = 0;
    for (let i = 0; i < trials; i++) {
      let sum = error(uniform());
      for (let k = 0; k < connections; k++) {
        if (k % 4 !== 0) continue;
        sum += error(uniform());
        active++;
      }
      squares += sum * sum;
    }
    const predicted = predictRoundingError({ step, activeConnections: active / trials });
    // The mean of 4,000 squares strays by about 2.2 %; five times that.
    expect(Math.abs(squares / trials / predicted ** 2 - 1)).toBeLessThan(0.11);
  });

  it('bounds it where sources fire at a rate', () => {
    // Every source at rate ½: Σr² = n/4, and the bound takes Σr = n/2.
    const exact = Math.sqrt((100 / 4 + 1) / 12);
    expect(predictRoundingError({ step: 1, activeConnections: 50 })).toBeGreaterThan(exact);
  });

  it('names everything out of range', () => {
    expect(() => predictRoundingError({ step: 0, activeConnections: -1 })).toThrow(
      new RangeError(
        'predictRoundingError: step must be finite and > 0, got 0. activeConnections must be finite and >= 0, got -1.',
      ),
    );
  });
});
