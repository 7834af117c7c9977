import { describe, expect, it } from 'vitest';
import { assertPreparation, describePreparation, type Preparation } from '../src/index.js';

describe('Preparation', () => {
  it('names everything that is out of range', () => {
    expect(() => {
      assertPreparation({ kind: 'warm-up', timeSteps: 0 } as unknown as Preparation);
    }).toThrow(
      'assertPreparation: kind must be one of residual-mask, offset-spikes, got "warm-up". ' +
        'timeSteps must be an integer in [1, 1024], got 0.',
    );
  });

  it('has short labels', () => {
    expect(describePreparation({ kind: 'residual-mask', timeSteps: 4 })).toBe('residual mask after 4 steps');
    expect(describePreparation({ kind: 'offset-spikes', timeSteps: 8 })).toBe(
      'offset spikes of 8 steps, layer by layer',
    );
  });
});
