import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertCarriedPotential, carriedPotential, residualInput, stepIf } from '../src/index.js';

/** What a neuron does over one input, step by step. */
function present(inputs: readonly number[], theta: number, v0: number) {
  let [v, spikes] = [v0, 0];
  for (const input of inputs) {
    const step = stepIf(v, input, { theta });
    v = step.v;
    spikes += step.spike;
  }
  return { v0, v, spikes };
}

/** Potentials from which a neuron starts each input of a sequence. */
function starts(sequence: readonly (readonly number[])[], theta: number, alpha: number): number[] {
  let carried = 0;
  return sequence.map((inputs) => {
    const v0 = theta / 2 + carried;
    carried = carriedPotential(present(inputs, theta, v0), theta, alpha);
    return v0;
  });
}

const GOLDEN = JSON.parse(
  readFileSync(new URL('fixtures/carried-potentials.json', import.meta.url), 'utf8'),
) as {
  readonly inputs: readonly (readonly (readonly number[])[])[];
  readonly theta: readonly number[];
  readonly starts: Readonly<Record<string, readonly (readonly number[])[]>>;
};

const dyadic = fc.integer({ min: -160, max: 192 }).map((n) => n / 64);
const thetas = fc.constantFrom(0.25, 0.5, 1, 2);
const alphas = fc.integer({ min: 0, max: 10 }).map((n) => n / 10);

describe('carriedPotential', () => {
  it('agrees with NumPy on 60 neurons, five inputs and four α', () => {
    for (const [alpha, byPosition] of Object.entries(GOLDEN.starts)) {
      GOLDEN.inputs.forEach((sequence, neuron) => {
        const expected = byPosition.map((values) => values[neuron]!);
        expect(starts(sequence, GOLDEN.theta[neuron]!, Number(alpha))).toEqual(expected);
      });
    }
    expect(GOLDEN.starts['1.0']).not.toEqual(GOLDEN.starts['0.0']);
  });

  it('follows a trace by hand: input owed, input answered too early, inhibition', () => {
    // 0.5, +0.25 = 0.75, +0.125 = 0.875: no spike, 0.375 is owed.
    expect(present([0.25, 0.125], 1, 0.5)).toEqual({ v0: 0.5, v: 0.875, spikes: 0 });
    expect(residualInput({ v0: 0.5, v: 0.875, spikes: 0 }, 1)).toBe(0.375);
    // From 0.5 + 0.375 = 0.875, +0.25: a spike, 0.125, +0.125 = 0.25: the input was 0.375, a spike is 0.625 more, of which 0.5 may be carried.
    expect(present([0.25, 0.125], 1, 0.875)).toEqual({ v0: 0.875, v: 0.25, spikes: 1 });
    expect(residualInput({ v0: 0.875, v: 0.25, spikes: 1 }, 1)).toBe(-0.625);
    // The third input therefore starts from 0; it is not the sum of all that came before.
    const same = [0.25, 0.125];
    expect(starts([same, same, same, same], 1, 1)).toEqual([0.5, 0.875, 0, 0.875]);
    expect(starts([same, same, same], 1, 0.5)).toEqual([0.5, 0.6875, 0.1875]);
    // −2 without a spike: nothing is owed, the next input starts from θ/2.
    expect(starts([[-2], [0]], 1, 1)).toEqual([0.5, 0.5]);
    // A spike that inhibition should have prevented: at most θ/2 is taken back.
    expect(starts([[0.5, -3], [0]], 1, 1)).toEqual([0.5, 0]);
  });

  it('carries nothing with α = 0, and never more than θ/2', () => {
    fc.assert(
      fc.property(fc.array(fc.array(dyadic, { minLength: 1 }), { minLength: 1 }), thetas, alphas, (sequence, theta, alpha) => {
        for (const v0 of starts(sequence, theta, 0)) expect(v0).toBe(theta / 2);
        for (const v0 of starts(sequence, theta, alpha)) {
          expect(v0).toBeGreaterThanOrEqual(0);
          expect(v0).toBeLessThanOrEqual(theta);
        }
      }),
      { seed: 1 },
    ); // prettier-ignore
  });

  it('is what the activation asks for less what was sent: max(Σ I, 0) − θ n', () => {
    fc.assert(
      fc.property(fc.array(dyadic), thetas, (inputs, theta) => {
        const finished = present(inputs, theta, theta / 2);
        const sum = inputs.reduce((total, input) => total + input, 0);
        expect(residualInput(finished, theta) + 0).toBe(Math.max(sum, 0) - theta * finished.spikes);
      }),
      { seed: 2 },
    );
  });

  it('scales with θ', () => {
    fc.assert(
      fc.property(fc.array(fc.array(dyadic)), fc.constantFrom(0, 0.25, 0.5, 1), (sequence, alpha) => {
        const doubled = sequence.map((inputs) => inputs.map((input) => 2 * input));
        expect(starts(doubled, 2, alpha)).toEqual(starts(sequence, 1, alpha).map((v0) => 2 * v0));
      }),
      { seed: 3 },
    );
  });

  it('refuses a share outside [0, 1]', () => {
    expect(() => {
      assertCarriedPotential({ alpha: 1.5 });
    }).toThrow('assertCarriedPotential: alpha must be in [0, 1], got 1.5.');
    expect(() => {
      assertCarriedPotential({ alpha: NaN });
    }).toThrow('got NaN');
    assertCarriedPotential({ alpha: 0 });
  });
});
