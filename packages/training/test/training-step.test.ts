import { expectClose, expectSameBits } from '@opi-snn/test-utils';
import { expect, it } from 'vitest';
import type { NetworkDescription, NetworkNode, Tensor } from '@opi-snn/network';
import type { SelectedBackend } from '../src/backend.js';
import { MomentumDescent } from '../src/momentum-descent.js';
import { TrainableNetwork } from '../src/trainable-network.js';
import { createTrainingStep } from '../src/training-step.js';
import { describeOnEachBackend } from './each-backend.js';
import { golden } from './golden.js';

const { start, batches, losses, end } = golden.steps;
const IMAGE = [5, 5, 2] as const;

// The network of fixtures/golden.py.
const nodes: readonly NetworkNode[] = [
  { op: 'input', name: 'image', inputs: [], shape: IMAGE },
  {
    op: 'conv2d',
    name: 'conv',
    inputs: ['image'],
    kernelSize: [3, 3],
    filters: 4,
    strides: [2, 2],
    padding: { top: 1, bottom: 1, left: 1, right: 1 },
    bias: false,
  },
  { op: 'batch-norm', name: 'norm', inputs: ['conv'], epsilon: 1e-5 },
  { op: 'clip', name: 'clip', inputs: ['norm'] },
  { op: 'global-average-pool', name: 'mean', inputs: ['clip'] },
  { op: 'dense', name: 'logits', inputs: ['mean'], units: 3, bias: true },
];
const description: NetworkDescription = {
  format: 'opi-snn-network',
  formatVersion: 1,
  name: 'golden',
  nodes,
  output: 'logits',
};
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'conv/kernel': [3, 3, 2, 4],
  'logits/kernel': [4, 3],
};
const RECIPE = { momentum: 0.9, nesterov: true, weightDecay: 5e-4, boundDecay: 1e-2, labelSmoothing: 0.1 };

function startingValues(): Map<string, Tensor> {
  return new Map(
    Object.entries(start).map(([name, values]) => [
      name,
      { shape: SHAPES[name] ?? [values.length], data: Float32Array.from(values) },
    ]),
  );
}

function batchOf(index: number): { index: number; images: Float32Array; labels: Uint8Array } {
  const { images, labels } = batches[index]!;
  return { index, images: Float32Array.from(images), labels: Uint8Array.from(labels) };
}

async function train(
  { tf }: SelectedBackend,
  steps: number,
  watch: () => void = () => undefined,
): Promise<{ values: ReadonlyMap<string, Tensor>; losses: number[] }> {
  const model = new TrainableNetwork(tf, description, startingValues());
  const descent = new MomentumDescent(tf, model.variables, RECIPE);
  const step = createTrainingStep(model, descent, RECIPE);
  const found: number[] = [];
  for (let i = 0; i < steps; i += 1) {
    found.push(step(batchOf(i % batches.length), IMAGE, 0.1).loss);
    watch();
  }
  const { tensors } = await model.toNetwork();
  model.dispose();
  descent.dispose();
  return { values: tensors, losses: found };
}

describeOnEachBackend('createTrainingStep', (backend) => {
  it('gives the losses, weights, bounds and running statistics of torch after three steps', async () => {
    const found = await train(backend(), batches.length);
    // Another library adds up in another order; three steps let the last bits grow.
    expectClose(found.losses, losses, 'backend', { magnitude: 1 });
    for (const [name, values] of Object.entries(end)) {
      const magnitude = Math.max(...values.map(Math.abs));
      expectClose(found.values.get(name)!.data, values, 'backend', { magnitude, label: name });
    }
  });

  it('counts the images that were answered rightly', () => {
    const { tf } = backend();
    const model = new TrainableNetwork(tf, description, startingValues());
    const descent = new MomentumDescent(tf, model.variables, RECIPE);
    const batch = batchOf(0);
    const answers = tf.tidy(() =>
      model
        .forward(tf.tensor4d(batch.images, [6, ...IMAGE]), { training: true })
        .argMax(1)
        .dataSync(),
    );
    const { correct } = createTrainingStep(model, descent, RECIPE)(batch, IMAGE, 0.1);
    expect(correct).toBe(batch.labels.reduce((sum, label, i) => sum + (label === answers[i] ? 1 : 0), 0));
    model.dispose();
    descent.dispose();
  });

  it('repeats its bits', async () => {
    const [first, second] = [await train(backend(), 4), await train(backend(), 4)];
    expect(second.losses).toEqual(first.losses);
    for (const [name, { data }] of first.values) expectSameBits(second.values.get(name)!.data, data, name);
  });

  it('leaves no tensor behind, step after step', async () => {
    const { tf } = backend();
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    await train(backend(), 5, () => counts.push(tf.memory().numTensors));
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });
});
