import { describe, expect, it } from 'vitest';
import { balanceLocally, type LocalBalancingRule } from '../src/index.js';
import { copyingNetwork } from './copying-network.js';
import { GOLDEN } from './golden.js';

describe('balanceLocally', () => {
  it('follows the updates written in NumPy, channel by channel', () => {
    for (const { z, theta, batch, updates, rate } of GOLDEN.localUpdates) {
      const rule: LocalBalancingRule = { kind: 'local-balancing', batch, updates, rate };
      const images = Float32Array.from(z.flat());
      const { layers, origin } = balanceLocally(copyingNetwork(4), rule, { images, count: z.length });
      expect(layers['act']).toHaveLength(theta.length);
      theta.forEach((value, c) => {
        expect(layers['act']![c]).toBeCloseTo(value, 6);
      });
      expect(origin).toBe(`local balancing, ${updates} updates of ${batch} images, rate ${rate}`);
    }
  });

  it('gives a channel that is never excited the largest threshold of its layer', () => {
    const rule: LocalBalancingRule = { kind: 'local-balancing', batch: 1, updates: 1, rate: 1 };
    const images = Float32Array.of(1, -1, 3);
    expect(balanceLocally(copyingNetwork(3), rule, { images, count: 1 }).layers['act']).toEqual([2, 6, 6]);
  });

  it('refuses numbers that make no update', () => {
    const rule: LocalBalancingRule = { kind: 'local-balancing', batch: 0, updates: 1.5, rate: 0 };
    expect(() => balanceLocally(copyingNetwork(1), rule, { images: Float32Array.of(1), count: 1 })).toThrow(
      'balanceLocally: batch must be an integer ≥ 1, got 0. updates must be an integer ≥ 1, got 1.5. rate must be > 0, got 0.',
    );
  });
});
