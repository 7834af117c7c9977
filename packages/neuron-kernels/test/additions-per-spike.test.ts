import fc from 'fast-check';
import { expect, it } from 'vitest';
import { additionsPerSpike, createSimulator } from '../src/index.js';
import { arbitraryCase } from './arbitrary-plan.js';

it('additionsPerSpike, times the spikes of each place, is what the kernels count', async () => {
  let counted = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryCase, async ({ plan, request }) => {
      const isGated = plan.layers.some(({ synapses }) => synapses.some(({ pool }) => pool?.rule === 'maximum'));
      if (isGated) {
        expect(() => additionsPerSpike(plan)).toThrow(/additionsPerSpike: pools must average, got maximum in/);
        return;
      }
      const { batch, timeSteps } = request;
      const simulator = await createSimulator(plan, { backend: 'reference' });
      const output = await simulator.run({ ...request, record: { spikeCountsAt: [timeSteps] } });
      await simulator.close();
      const additions = additionsPerSpike(plan);
      const expected = plan.layers.reduce((sum, { shape }, layer) => {
        const counts = output.spikeCounts![0]![layer]!;
        const places = shape[0] * shape[1];
        return counts.reduce((total, n, i) => total + n * additions[layer]![Math.floor(i / shape[2]) % places]!, sum);
      }, 0);
      const measured = output.synapticOperations.reduce((sum, n) => sum + n, 0);
      expect(expected).toBe(measured);
      expect(additions.at(-1)!.every((n) => n === 0)).toBe(true);
      counted += Number(measured > 0 && batch > 0);
    }),
    { numRuns: 40, seed: 3 },
  );
  // Plans without a spike say nothing.
  expect(counted).toBeGreaterThan(10);
}); // prettier-ignore
