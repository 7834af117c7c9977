import { expectClose } from '@opi-snn/test-utils';
import { normalizeImages } from '@opi-snn/datasets';
import { initializeTensors, runNetwork, type Network } from '@opi-snn/network';
import { expect, it } from 'vitest';
import { evaluateNetwork } from '../src/evaluate.js';
import { describeOnEachBackend } from './each-backend.js';
import { GREY, tinyDataset, tinyDescription } from './tiny-training.js';

const dataset = tinyDataset(30);
const description = tinyDescription();
const network: Network = { description, tensors: initializeTensors(description, { seed: 4 }) };

describeOnEachBackend('evaluateNetwork', (_, backend) => {
  const options = { normalization: GREY, backend, batchSize: 8 };

  it('gives the logits of the reference, their arg-max and how many are right', async () => {
    const indices = Array.from({ length: 30 }, (_, i) => i);
    const { output } = runNetwork(network, normalizeImages(dataset, indices, GREY));
    const found = await evaluateNetwork(network, dataset, options);
    expect(found).toMatchObject({ images: 30, backend });
    expectClose(found.logits, output.data, 'backend', { magnitude: 1 });
    const expected = indices.map((i) => (found.logits[2 * i + 1]! > found.logits[2 * i]! ? 1 : 0));
    expect([...found.predictions]).toEqual(expected);
    expect(found.correct).toBe(expected.filter((answer, i) => answer === dataset.labels[i]).length);
  });

  it('takes the images that are asked for, and reports how far it is', async () => {
    const whole = await evaluateNetwork(network, dataset, options);
    const done: [number, number][] = [];
    const onProgress = (...progress: [number, number]): void => void done.push(progress);
    const part = await evaluateNetwork(network, dataset, { ...options, from: 10, images: 12, onProgress });
    expect([...part.predictions]).toEqual([...whole.predictions.subarray(10, 22)]);
    expect(done).toEqual([
      [8, 12],
      [12, 12],
    ]);
    const last = await evaluateNetwork(network, dataset, { ...options, from: 25, images: 12 });
    expect(last.images).toBe(5);
  });

  it('takes the first class of a tie, frees its tensors, and stops when asked to', async () => {
    const zeros: Network = {
      description,
      tensors: new Map(
        [...network.tensors].map(([name, { shape, data }]) => [
          name,
          { shape, data: name.startsWith('logits') ? new Float32Array(data.length) : data },
        ]),
      ),
    };
    const { predictions } = await evaluateNetwork(zeros, dataset, options);
    expect(predictions.every((answer) => answer === 0)).toBe(true);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluateNetwork(network, dataset, { ...options, signal })).rejects.toThrow('enough');
  });
});
