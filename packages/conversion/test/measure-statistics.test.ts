import { describe, expect, it } from 'vitest';
import { type LayerStatistics, measureStatistics } from '../src/index.js';
import { copyingNetwork } from './copying-network.js';
import { GOLDEN } from './golden.js';

describe('measureStatistics', () => {
  it('has the maximum of SpikingJelly’s recipe, and a percentile on the order statistic next to its interpolated one', () => {
    for (const golden of GOLDEN.recipes) {
      const images = Float32Array.from(golden.activations);
      const [statistics] = measureStatistics(copyingNetwork(1), { images }, [99, 99.9]);
      expect(statistics!.maximum).toBe(golden.maximum);
      const sorted = images.toSorted();
      for (const [i, expected] of [golden.percentile99, golden['percentile99.9']].entries()) {
        const { value } = statistics!.percentiles![i]!;
        const above = sorted.findIndex((one) => one >= Math.fround(expected - 1e-6));
        expect([sorted[Math.max(0, above - 1)], sorted[above], sorted[above + 1]]).toContain(value);
      }
    }
  });

  it('takes nearest ranks with zeros counted', () => {
    const images = Float32Array.of(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    const [statistics] = measureStatistics(copyingNetwork(1), { images }, [10, 50, 90, 100]);
    expect(statistics!.percentiles!.map(({ value }) => value)).toEqual([0, 3, 7, 8]);
  });

  it('samples every k-th value in order of size, negative inputs as the zeros that ReLU makes of them', () => {
    const images = Float32Array.of(1, -2, 3, 4, 5, -6);
    const [statistics] = measureStatistics(copyingNetwork(2), { images });
    expect([...statistics!.sample!]).toEqual([0, 0, 1, 3, 4, 5]);
    const many = Float32Array.from({ length: 3 * 32_768 + 1 }, (_, i) => (i * 7919) % 98_305);
    const [{ sample, maximum }] = measureStatistics(copyingNetwork(1), { images: many }) as [LayerStatistics];
    expect(sample!.length).toBe(24_577);
    expect([sample![0], sample![1], sample!.at(-1)]).toEqual([0, 4, maximum]);
  });
});
