import { expectClose } from '@opi-snn/test-utils';
import { expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs';
import { crossEntropy } from '../src/cross-entropy.js';
import { describeOnEachBackend } from './each-backend.js';
import { golden } from './golden.js';

const { logits, labels, cases } = golden.crossEntropy;

describeOnEachBackend('crossEntropy', (backend) => {
  it.each(cases)(
    'gives loss and gradient of torch with smoothing $smoothing',
    ({ smoothing, loss, gradient }) => {
      const { tf } = backend();
      const classes = logits.length / labels.length;
      const [value, derivative] = tf.tidy(() => {
        const target = tf.tensor1d([...labels], 'int32');
        const { value, grad } = tf.valueAndGrad((x: Tensor) => crossEntropy(tf, x, target, smoothing))(
          tf.tensor2d([...logits], [labels.length, classes]),
        );
        return [value.dataSync(), grad.dataSync()];
      });
      // Sums over classes and batch; the largest term is a logit.
      const magnitude = Math.max(...logits.map(Math.abs));
      expectClose(value, [loss], 'float32-reduction', { terms: logits.length, magnitude });
      expectClose(derivative, gradient, 'float32-reduction', { terms: logits.length, magnitude: 1 });
    },
  );

  it('is log(classes) for equal logits, whatever the smoothing', () => {
    const { tf } = backend();
    for (const smoothing of [0, 0.3, 0.9]) {
      const loss = tf.tidy(() =>
        crossEntropy(tf, tf.zeros([3, 10]), tf.tensor1d([1, 5, 9], 'int32'), smoothing).dataSync(),
      );
      expectClose(loss, [Math.log(10)], 'float32-reduction', { terms: 10 });
    }
  });

  it('is infinite or NaN only where the logits are', () => {
    const { tf } = backend();
    const lossOf = (row: number[]): number =>
      tf.tidy(() => crossEntropy(tf, tf.tensor2d([row]), tf.tensor1d([0], 'int32'), 0).dataSync()[0]!);
    expect(lossOf([-1e4, 1e4])).toBeCloseTo(2e4, 0);
    expect(lossOf([Number.NaN, 0])).toBeNaN();
  });
});
