import { expectClose, expectSameBits } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import type { NamedTensorMap, Variable } from '@tensorflow/tfjs';
import type { SelectedBackend } from '../src/backend.js';
import { MINIMUM_BOUND, MomentumDescent, type MomentumDescentOptions } from '../src/momentum-descent.js';
import { describeOnEachBackend } from './each-backend.js';
import { golden } from './golden.js';
import { drawn } from './gradient-check.js';

const OPTIONS: MomentumDescentOptions = { momentum: 0.9, nesterov: false, weightDecay: 0, boundDecay: 0 };

type Values = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>
>;

function variables({ tf }: SelectedBackend, values: Values): Map<string, Variable> {
  return new Map(
    Object.entries(values).map(([name, { shape, data }]) => {
      const value = tf.tensor(Float32Array.from(data), [...shape]);
      const variable = tf.variable(value, !name.endsWith('/mean'));
      value.dispose();
      return [name, variable];
    }),
  );
}

function free(descent: MomentumDescent, parameters: ReadonlyMap<string, Variable>): void {
  descent.dispose();
  for (const variable of parameters.values()) variable.dispose();
}

// Small network-like set: kernels of rank 4 and 2, vectors, bounds, a variable that is not trained.
const FIXTURE: Values = {
  'conv/kernel': { shape: [3, 3, 2, 5], data: drawn(90, 1) },
  'norm/gamma': { shape: [5], data: drawn(5, 2) },
  'a/bound': { shape: [1], data: [0.002] },
  'norm/mean': { shape: [5], data: drawn(5, 5) },
  'dense/kernel': { shape: [5, 3], data: drawn(15, 3) },
  'dense/bias': { shape: [3], data: drawn(3, 4) },
  'b/bound': { shape: [3], data: [4, 5, 6] },
};

function gradientsFor(
  { tf }: SelectedBackend,
  parameters: ReadonlyMap<string, Variable>,
  seed: number,
): NamedTensorMap {
  const trainable = [...parameters.values()].filter((variable) => variable.trainable);
  return Object.fromEntries(
    trainable.map((variable, i) => [
      variable.name,
      tf.tensor(drawn(variable.size, 100 * seed + i), variable.shape),
    ]),
  );
}

async function runFixture(
  backend: SelectedBackend,
  options: MomentumDescentOptions,
): Promise<{ weights: Map<string, Float32Array>; momenta: Map<string, Float32Array> }> {
  const { tf } = backend;
  const parameters = variables(backend, FIXTURE);
  const descent = new MomentumDescent(tf, parameters, options);
  for (let step = 1; step <= 4; step += 1) {
    tf.tidy(() => {
      descent.apply(gradientsFor(backend, parameters, step), 0.1 / step);
    });
  }
  const weights = new Map<string, Float32Array>();
  for (const [name, variable] of parameters) weights.set(name, Float32Array.from(await variable.data()));
  const momenta = new Map([...(await descent.readMomenta())].map(([name, { data }]) => [name, data]));
  free(descent, parameters);
  return { weights, momenta };
}

describeOnEachBackend('MomentumDescent', (backend) => {
  describe.each(golden.sgd)('against torch.optim.SGD, nesterov $nesterov, decay $decay', (expected) => {
    it.each([0, 65_536])('gives the same weights and momenta with flatLimit %i', async (flatLimit) => {
      const { tf } = backend();
      const size = expected.start.length;
      // Two variables, so that there is something to join; both halves of torch's vector.
      const parameters = variables(backend(), {
        'a/kernel': { shape: [2, 2], data: expected.start.slice(0, 4) },
        'b/bias': { shape: [3], data: expected.start.slice(4) },
      });
      const descent = new MomentumDescent(tf, parameters, {
        ...OPTIONS,
        nesterov: expected.nesterov,
        weightDecay: expected.decay,
        flatLimit,
      });
      for (const [step, gradient] of expected.gradients.entries()) {
        tf.tidy(() => {
          const [a, b] = [...parameters.values()];
          const gradients = {
            [a!.name]: tf.tensor2d(gradient.slice(0, 4), [2, 2]),
            [b!.name]: tf.tensor1d(gradient.slice(4)),
          };
          descent.apply(gradients, expected.rates[step]!);
        });
        const now = [...parameters.values()].flatMap((variable) => [...variable.dataSync()]);
        // torch multiplies and adds in one rounding, and the steps before add up.
        const magnitude = Math.max(...expected.start.map(Math.abs));
        expectClose(now, expected.weights[step]!, 'float32-reduction', { terms: 4 * (step + 1), magnitude });
      }
      const momenta = [...(await descent.readMomenta()).values()].flatMap(({ data }) => [...data]);
      expect(momenta).toHaveLength(size);
      expectClose(momenta, expected.momentum, 'float32-reduction', { terms: 16, magnitude: 4 });
      free(descent, parameters);
    });
  });

  it.each([
    ['plain', OPTIONS],
    ['with decay', { ...OPTIONS, weightDecay: 5e-4, boundDecay: 1e-2 }],
    ['with Nesterov', { ...OPTIONS, nesterov: true, weightDecay: 5e-4 }],
    ['where only some variables are small', { ...OPTIONS, weightDecay: 5e-4, flatLimit: 15 }],
  ])('updates variables together to the same bits as one by one, %s', async (_, options) => {
    const alone = await runFixture(backend(), { ...options, flatLimit: 0 });
    const together = await runFixture(backend(), options);
    for (const [name, weights] of alone.weights) expectSameBits(together.weights.get(name)!, weights, name);
    for (const [name, momenta] of alone.momenta) expectSameBits(together.momenta.get(name)!, momenta, name);
  });

  it('leaves variables alone that are not trained', async () => {
    const { weights, momenta } = await runFixture(backend(), { ...OPTIONS, weightDecay: 0.1 });
    const untouched = variables(backend(), FIXTURE);
    expectSameBits(
      weights.get('norm/mean')!,
      Float32Array.from(untouched.get('norm/mean')!.dataSync()),
      'norm/mean',
    );
    expect(momenta.has('norm/mean')).toBe(false);
    for (const variable of untouched.values()) variable.dispose();
  });

  it('goes on to the same bits from momenta that were read and written back', async () => {
    const { tf } = backend();
    const options = { ...OPTIONS, weightDecay: 5e-4 };
    const whole = await runFixture(backend(), options);
    const parameters = variables(backend(), FIXTURE);
    let descent = new MomentumDescent(tf, parameters, options);
    for (let step = 1; step <= 4; step += 1) {
      tf.tidy(() => {
        descent.apply(gradientsFor(backend(), parameters, step), 0.1 / step);
      });
      const momenta = await descent.readMomenta();
      descent.dispose();
      descent = new MomentumDescent(tf, parameters, options);
      descent.writeMomenta(momenta);
    }
    for (const [name, variable] of parameters)
      expectSameBits(Float32Array.from(variable.dataSync()), whole.weights.get(name)!, name);
    free(descent, parameters);
  });

  it(`keeps bounds at ${MINIMUM_BOUND} or above`, () => {
    const { tf } = backend();
    const parameters = variables(backend(), { 'a/bound': { shape: [1], data: [0.5] } });
    const descent = new MomentumDescent(tf, parameters, OPTIONS);
    tf.tidy(() => {
      descent.apply({ [parameters.get('a/bound')!.name]: tf.tensor1d([100]) }, 1);
    });
    expect(parameters.get('a/bound')!.dataSync()[0]).toBe(Math.fround(MINIMUM_BOUND));
    free(descent, parameters);
  });

  it('names the variable whose gradient is missing', () => {
    const { tf } = backend();
    const parameters = variables(backend(), FIXTURE);
    const descent = new MomentumDescent(tf, parameters, OPTIONS);
    expect(() => {
      descent.apply({}, 0.1);
    }).toThrow('MomentumDescent: no gradient for conv/kernel');
    free(descent, parameters);
  });

  it('frees all it took', () => {
    const { tf } = backend();
    const before = tf.memory().numTensors;
    const parameters = variables(backend(), FIXTURE);
    const descent = new MomentumDescent(tf, parameters, { ...OPTIONS, weightDecay: 0.1, boundDecay: 0.2 });
    free(descent, parameters);
    expect(tf.memory().numTensors).toBe(before);
  });
});
