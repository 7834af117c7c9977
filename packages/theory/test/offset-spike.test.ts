import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedPotential, offsetPotential, SILENT_POTENTIAL, stepIf } from '../src/index.js';

/** Potentials after each step, and whether it fired. */
function trial(inputs: readonly number[], theta: number, v0: number) {
  let v = v0;
  const steps = inputs.map((input) => {
    const step = stepIf(v, input, { theta });
    v = step.v;
    return step;
  });
  const spikes = steps.map(({ spike }) => spike);
  return { v: steps.map((step) => step.v), fired: (step: number) => spikes[step] === 1, spikes };
}

function count(inputs: readonly number[], theta: number, v0: number): number {
  return trial(inputs, theta, v0).spikes.filter((spike) => spike === 1).length;
}

const GOLDEN = JSON.parse(readFileSync(new URL('fixtures/offset-spikes.json', import.meta.url), 'utf8')) as {
  readonly inputs: readonly (readonly number[])[];
  readonly mask: readonly number[];
  readonly potentials: readonly number[];
};

describe('maskedPotential and offsetPotential', () => {
  it('agree with NumPy on 400 neurons, shifted up, down and not at all', () => {
    const shifts = new Set<number>();
    GOLDEN.inputs.forEach((inputs, neuron) => {
      const one = trial(inputs, 1, 0.5);
      expect(offsetPotential(one, 1, 0.5)).toBeCloseTo(GOLDEN.potentials[neuron]!, 12);
      expect(maskedPotential(one.v.at(-1)!, 1, 0.5)).toBe(GOLDEN.mask[neuron] === 1 ? 0.5 : SILENT_POTENTIAL);
      shifts.add(Math.sign(GOLDEN.potentials[neuron]! - 0.5));
    });
    expect([...shifts].toSorted()).toEqual([-1, 0, 1]);
  });

  it('follow traces by hand: a spike too many is lost, a spike too few is gained', () => {
    // 0.5 + 1.5 = 2 → spike, 1; 1 − 1 = 0 → none; −0.5: one too many.
    expect(offsetPotential(trial([1.5, -1, -0.5], 1, 0.5), 1, 0.5)).toBe(0.5 - 1.001);
    expect(count([1.5, -1, -0.5], 1, 0.5)).toBe(1);
    expect(count([1.5, -1, -0.5], 1, 0.5 - 1.001)).toBe(0);
    // −1.5, then 0.5 + 2.5 − …: ends at 1 with a single spike at the last step.
    expect(offsetPotential(trial([-2, 3.5], 1, 0.5), 1, 0.5)).toBe(0.5 + 1.001 + 1.5);
    expect(count([-2, 3.5], 1, 0.5)).toBe(1);
    expect(count([-2, 3.5], 1, 0.5 + 2.501)).toBe(2);
  });

  it('lower the count, raise it or leave it as they shift the potential, and scale with θ', () => {
    const input = fc.integer({ min: -160, max: 192 }).map((n) => n / 64);
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 6 }), (inputs) => {
        const one = trial(inputs, 1, 0.5);
        const shifted = offsetPotential(one, 1, 0.5);
        const [before, after] = [count(inputs, 1, 0.5), count(inputs, 1, shifted)];
        if (shifted === 0.5) expect(after).toBe(before);
        if (shifted < 0.5) expect(after).toBeLessThan(before);
        if (shifted > 0.5) expect(after).toBeGreaterThan(before);
        const doubled = trial(
          inputs.map((value) => 2 * value),
          2,
          1,
        );
        expect(offsetPotential(doubled, 2, 1)).toBeCloseTo(2 * shifted, 12);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('silence for good: no usual current moves the potential', () => {
    expect(Math.fround(Math.fround(SILENT_POTENTIAL) + 1e6)).toBe(Math.fround(SILENT_POTENTIAL));
    expect(maskedPotential(0.0005, 1, 0.5)).toBe(SILENT_POTENTIAL);
    expect(maskedPotential(0.002, 1, 0.5)).toBe(0.5);
    expect(maskedPotential(0.002, 4, 2)).toBe(SILENT_POTENTIAL);
  });
});
