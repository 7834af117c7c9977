import { describe, expect, test } from 'vitest';
import { createRunner, type ImageSource, imagesInMemory, type SweepMember } from '../src/index.js';
import { residualImages, residualNetwork } from './residual-network.js';

const network = residualNetwork({
  seed: 3,
  kernel: [3, 2],
  strides: [1, 1],
  pool: [2, 2],
  border: 1,
  reset: 'subtraction',
  initialPotential: { kind: 'fraction', fraction: 0.5 },
});
const members: SweepMember[] = [
  {},
  { initialPotential: { kind: 'uniform', low: 0, high: 1 }, seed: 1 },
  { initialPotential: { kind: 'uniform', low: 0, high: 1 }, seed: 2 },
  { initialPotential: { kind: 'fraction', fraction: 0 } },
];
const shape = [6, 7, 2] as const;
const images = imagesInMemory(residualImages(5, 1), shape);

describe('runSweep', () => {
  test.each(['reference', 'auto', 'wasm'] as const)(
    '(%s) gives every member what a run of its own gives, and reads every image once',
    async (backend) => {
      const runner = await createRunner(network, { backend, threads: 1 });
      const read: number[] = [];
      const counted: ImageSource = {
        ...images,
        read: (indices, out) => {
          read.push(...indices);
          return images.read(indices, out);
        },
      };
      const shared = { timeSteps: 12, batchSize: 2, record: { logits: true, firstSpikes: true } };
      const sweep = await runner.runSweep(counted, { ...shared, members });
      expect(read).toEqual([0, 1, 2, 3, 4]);
      for (const [i, member] of members.entries()) {
        const alone = await runner.run(images, { ...shared, ...member });
        expect({ ...sweep[i]!, memory: null }).toStrictEqual({ ...alone, memory: null });
      }
      expect(new Set(sweep.map(({ logits }) => logits!.join())).size).toBe(members.length);
      await runner.close();
    },
  );

  test('refuses no member, and a member that is wrong', async () => {
    const runner = await createRunner(network, { threads: 1 });
    await expect(runner.runSweep(images, { timeSteps: 1, members: [] })).rejects.toThrow(
      'runSweep: members must hold at least 1, got 0.',
    );
    await expect(runner.runSweep(images, { timeSteps: 1, members: [{}, { seed: -1 }] })).rejects.toThrow(
      'seed must be an integer in [0, 9007199254740991], got -1.',
    );
    await runner.close();
  });
});
