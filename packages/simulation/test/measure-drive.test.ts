import { expectSameBits } from '@opi-snn/test-utils';
import { drawInitialPotentials } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import { imagesInMemory, measureDrive, type MeasureDriveOptions, simulateNetwork } from '../src/index.js';
import { residualImages, residualNetwork } from './residual-network.js';

const network = residualNetwork({
  seed: 9,
  kernel: [3, 3],
  strides: [1, 1],
  pool: [2, 2],
  border: 1,
  reset: 'subtraction',
  initialPotential: { kind: 'tensor' },
});
const images = imagesInMemory(residualImages(3, 9), [6, 7, 2]);
const LAYERS = ['fire1', 'fire2', 'fire3', 'fire4', 'fire5'];

async function drive(node: string, options: Partial<MeasureDriveOptions> = {}): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  await measureDrive(network, images, { node, timeSteps: 6, threads: 1, ...options }, (row, currents) => {
    expect(row).toBe(rows.length);
    rows.push(currents.slice());
  });
  return rows;
}

describe('measureDrive', () => {
  test('gives the currents under which each layer, stepped alone, fires as it does in the network', async () => {
    const run = await simulateNetwork(network, images, {
      timeSteps: 6,
      threads: 1,
      record: { spikeCountsAt: [1, 2, 3, 4, 5, 6] },
    });
    let spikes = 0;
    for (const [layerIndex, name] of LAYERS.entries()) {
      const given = network.tensors.get(`${name}/threshold`)!.data;
      const neurons = run.layers[layerIndex]!.neurons;
      const channels = run.layers[layerIndex]!.shape[2];
      const theta = Float32Array.from({ length: channels }, (_, c) => given[c % given.length]!);
      const rows = await drive(name);
      for (const [row, currents] of rows.entries()) {
        const v = new Float32Array(neurons);
        const potential = run.initialPotentials[layerIndex]!;
        drawInitialPotentials(potential, { seed: 0, imageIndex: row, layerIndex, theta, out: v });
        const counts = new Uint16Array(neurons);
        for (let t = 0; t < 6; t++) {
          for (let i = 0; i < neurons; i++) {
            v[i]! += currents[t * neurons + i]!;
            if (v[i]! < theta[i % channels]!) continue;
            v[i]! -= theta[i % channels]!;
            counts[i]! += 1;
            spikes++;
          }
          const all = run.spikeCounts!.byLayer.get(name)![t]!;
          expect(counts, `${name}, image ${row}, step ${t}`).toEqual(
            all.slice(row * neurons, (row + 1) * neurons),
          );
        }
      }
    }
    expect(spikes).toBeGreaterThan(500);
  });

  test('depends neither on threads nor backend nor on the images beside', async () => {
    const [, , expected] = await drive('fire4');
    for (const options of [{ threads: 2 }, { backend: 'reference' as const }, { indices: [0, 1, 2] }]) {
      expectSameBits((await drive('fire4', options))[2]!, expected!);
    }
    expectSameBits((await drive('fire4', { indices: [2] }))[0]!, expected!);
  });

  test('refuses a node that does not fire, and steps out of range; ends on a signal', async () => {
    await expect(drive('conv1')).rejects.toThrow(
      new RangeError('measureDrive: node must be the name of an integrate-and-fire node, got "conv1".'),
    );
    await expect(drive('fire3', { timeSteps: 0 })).rejects.toThrow(
      'run: timeSteps must be an integer in [1, 65535], got 0.',
    );
    await expect(drive('fire3', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    await expect(drive('fire1', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});
