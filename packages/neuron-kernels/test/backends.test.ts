import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createSimulator, type SimulationOutput, type SimulatorOptions } from '../src/index.js';
import { arbitraryCase, type Case } from './arbitrary-plan.js';

async function simulate({ plan, request }: Case, options: SimulatorOptions): Promise<SimulationOutput> {
  const simulator = await createSimulator(plan, options);
  try {
    return await simulator.run(request);
  } finally {
    await simulator.close();
  }
}

describe('WebAssembly', () => {
  it('gives the bits of the reference for every shape, stride, padding, pool, density, T, reset and potential', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async (example) => {
        const expected = await simulate(example, { backend: 'reference' });
        const got = await simulate(example, { backend: 'wasm', threads: 1 });
        expect(got).toStrictEqual(expected);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60) },
    );
  });
});
