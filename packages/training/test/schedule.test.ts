import { expectClose } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningRate, type Schedule } from '../src/schedule.js';
import { golden } from './golden.js';

const perStep = (kind: Schedule['kind'], warmUpEpochs = 0): Schedule => ({ kind, per: 'step', warmUpEpochs });

describe('learningRate', () => {
  it('follows the cosine of torch, epoch by epoch', () => {
    const { peak, epochs, rates } = golden.cosine;
    const schedule: Schedule = { kind: 'cosine', per: 'epoch', warmUpEpochs: 0 };
    const ours = rates.map((_, epoch) => learningRate(schedule, peak, epochs, epoch));
    expectClose(ours, rates, 'float64', { magnitude: peak });
  });

  it('keeps its value inside an epoch when it changes per epoch, and moves when per step', () => {
    const schedule: Schedule = { kind: 'cosine', per: 'epoch', warmUpEpochs: 0 };
    expect(learningRate(schedule, 0.1, 10, 3.9)).toBe(learningRate(schedule, 0.1, 10, 3));
    expect(learningRate(perStep('cosine'), 0.1, 10, 3.9)).toBeLessThan(
      learningRate(perStep('cosine'), 0.1, 10, 3),
    );
  });

  it('warms up in a straight line from 0 to the peak, step by step even when it changes per epoch', () => {
    const schedule: Schedule = { kind: 'cosine', per: 'epoch', warmUpEpochs: 2 };
    expect([0, 0.5, 1, 1.5].map((epoch) => learningRate(schedule, 0.5, 10, epoch))).toEqual([
      0, 0.125, 0.25, 0.375,
    ]);
    expect(learningRate(schedule, 0.5, 10, 2)).toBe(0.5);
  });

  it('climbs over the first 30 % of one cycle, from 0 to the peak, then falls to 0', () => {
    const schedule = perStep('one-cycle');
    expect(learningRate(schedule, 1, 10, 0)).toBe(0);
    expectClose(learningRate(schedule, 1, 10, 1.5), 0.5, 'float64');
    expectClose(learningRate(schedule, 1, 10, 3), 1, 'float64');
    expectClose(learningRate(schedule, 1, 10, 6.5), 0.5, 'float64');
    expectClose(learningRate(schedule, 1, 10, 10), 0, 'float64', { magnitude: 1 });
  });

  it('stays at the peak when constant', () => {
    expect([0, 5.5, 9.99].map((epoch) => learningRate(perStep('constant'), 0.3, 10, epoch))).toEqual([
      0.3, 0.3, 0.3,
    ]);
  });

  it('never leaves [0, peak], and scales with the peak', () => {
    const schedules = fc.record({
      kind: fc.constantFrom('cosine' as const, 'one-cycle' as const, 'constant' as const),
      per: fc.constantFrom('epoch' as const, 'step' as const),
      warmUpEpochs: fc.integer({ min: 0, max: 80 }).map((quarters) => quarters / 4),
    });
    fc.assert(
      fc.property(
        schedules,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 4096 }),
        (schedule, epochs, part) => {
          const epoch = (epochs * part) / 4096;
          const rate = learningRate(schedule, 1, epochs, epoch);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(1 + 1e-12);
          expect(learningRate(schedule, 4, epochs, epoch)).toBe(4 * rate);
        },
      ),
      { seed: 5 },
    );
  });
});
