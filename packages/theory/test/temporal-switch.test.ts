import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOfSwitch, clipFloor, type SwitchCode, switchInterval, switchValue } from '../src/index.js';

const codes = fc.record({
  timeSteps: fc.integer({ min: 1, max: 64 }),
  bound: fc.constantFrom(0.25, 0.5, 1, 2),
  rounding: fc.constantFrom('down' as const, 'nearest' as const),
});
const dyadic = fc.integer({ min: -400, max: 400 }).map((n) => n / 64);

/** +1 and −1 at the steps of the two spikes, and what a target of weight 1 receives at each step of the window. */
function spikesOf(interval: number, { timeSteps, bound }: SwitchCode) {
  const sign = Math.sign(interval);
  const spikes = new Array<number>(timeSteps + 1).fill(0);
  if (interval !== 0) {
    spikes[0]! += sign;
    spikes[Math.abs(interval)]! -= sign;
  }
  let on = 0;
  const received = spikes.slice(0, timeSteps).map((spike) => (on += spike) * bound);
  return { spikes, received };
}

describe('temporal switch', () => {
  it('follows hand-computed traces', () => {
    const code = { timeSteps: 4, bound: 1 };
    expect([0, 0.2, 0.25, 0.7, 1, 3].map((a) => switchInterval(a, code))).toEqual([0, 0, 1, 2, 4, 4]);
    expect([-0.2, -0.7, -3].map((a) => switchInterval(a, code))).toEqual([0, -2, -4]);
    expect(switchInterval(0.7, { ...code, rounding: 'nearest' })).toBe(3);
    expect(spikesOf(2, code)).toEqual({ spikes: [1, 0, -1, 0, 0], received: [1, 1, 0, 0] });
    expect(spikesOf(-4, code)).toEqual({ spikes: [-1, 0, 0, 0, 1], received: [-1, -1, -1, -1] });
    // 0.5, 0.75, 0.75, −0.25: V = 1.75, one whole θ; with 2.0 it is two. Whenever it comes.
    expect(answerOfSwitch([0.5, 0.75, 0.75, -0.25], code)).toBe(1);
    expect(answerOfSwitch([-0.25, 0.75, 0.5, 1], code)).toBe(2);
    expect(answerOfSwitch([-1, -1, 1, 0.5], code)).toBe(0);
  });

  it('is two spikes of opposite sign, and the sum over the window is the value in steps of bound/T', () => {
    fc.assert(
      fc.property(dyadic, codes, (value, code) => {
        const interval = switchInterval(value, code);
        const { spikes, received } = spikesOf(interval, code);
        expect(spikes.reduce((sum, spike) => sum + spike, 0)).toBe(0);
        expect(spikes.filter((spike) => spike !== 0).length).toBe(interval === 0 ? 0 : 2);
        const mean = received.reduce((sum, current) => sum + current, 0) / code.timeSteps;
        expect(mean + 0).toBeCloseTo(switchValue(interval, code), 12);
        expect(Math.abs(interval)).toBeLessThanOrEqual(code.timeSteps);
      }),
      { seed: 1 },
    );
  });

  it('is the clip-floor of eq. (3), at any order of the inputs: no unevenness', () => {
    fc.assert(
      fc.property(fc.array(dyadic, { minLength: 1, maxLength: 8 }), fc.constantFrom(0.5, 1, 2), fc.boolean(), (currents, theta, nearest) => {
        const timeSteps = currents.length;
        const code = { timeSteps, bound: theta, rounding: nearest ? ('nearest' as const) : ('down' as const) };
        const sum = currents.reduce((total, current) => total + current, 0);
        const interval = answerOfSwitch(currents, code);
        // T not a power of two divides inexactly: at a tie one step more or less.
        const expected = Math.min(timeSteps, Math.max(0, Math.floor(sum / theta + (nearest ? 0.5 : 0))));
        expect(Math.abs(interval - expected)).toBeLessThanOrEqual(Number.isInteger(Math.log2(timeSteps)) ? 0 : 1);
        expect(answerOfSwitch(currents.toReversed(), code)).toBe(interval);
      }),
      { seed: 2, numRuns: 300 },
    );
    const code = { timeSteps: 8, bound: 1 };
    for (const z of [0, 0.1, 0.3, 0.77, 1, 1.5]) {
      expect(switchValue(switchInterval(z, code), code)).toBe(clipFloor(z, 1, 8, 0));
      expect(switchValue(switchInterval(z, { ...code, rounding: 'nearest' }), code)).toBe(
        clipFloor(z, 1, 8),
      );
    }
  }); // prettier-ignore
});
