import type * as Tensorflow from '@tensorflow/tfjs';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs';

type Tf = typeof Tensorflow;

/** Settings of {@link MomentumDescent}. */
export interface MomentumDescentOptions {
  /** μ in [0, 1). */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** L2 coefficient of weights, biases and batch-norm parameters, ≥ 0. */
  readonly weightDecay: number;
  /** L2 coefficient of the activation bounds, ≥ 0; it is what shrinks thresholds. */
  readonly boundDecay: number;
}

/** Lowest value of an activation bound; a bound that reached 0 would never recover. */
export const MINIMUM_BOUND = 1e-3;

/**
 * Stochastic gradient descent with momentum and L2 decay, in the order of torch.optim.SGD:
 *
 *   g ← g + decay · w;   m ← μ m + g;   w ← w − η m          (Nesterov: w ← w − η (g + μ m))
 *
 * @see Sutskever et al. (2013); Bu et al. (ICLR 2022), appendix A.1 for the settings
 */
export class MomentumDescent {
  /** m by the name of the variable, updated in place. */
  readonly momenta: ReadonlyMap<string, Variable>;

  constructor(
    readonly tf: Tf,
    private readonly variables: ReadonlyMap<string, Variable>,
    private readonly options: MomentumDescentOptions,
  ) {
    const trainable = [...variables].filter(([, variable]) => variable.trainable);
    this.momenta = new Map(
      trainable.map(([name, variable]) => {
        const zeros = tf.zeros(variable.shape);
        const momentum = tf.variable(zeros, false);
        zeros.dispose();
        return [name, momentum];
      }),
    );
  }

  /** One step at learning rate η; `gradients` is keyed by the variables' own TensorFlow names. Frees nothing: wrap in `tf.tidy`. */
  apply(gradients: NamedTensorMap, learningRate: number): void {
    for (const [name, momentum] of this.momenta) {
      const variable = this.variables.get(name)!;
      const gradient = gradients[variable.name];
      if (gradient === undefined) throw new Error(`MomentumDescent: no gradient for ${name}`);
      this.#update(name, variable, momentum, gradient, learningRate);
    }
  }

  /** Frees the momenta. */
  dispose(): void {
    for (const momentum of this.momenta.values()) momentum.dispose();
  }

  #update(
    name: string,
    variable: Variable,
    momentum: Variable,
    gradient: Tensor,
    learningRate: number,
  ): void {
    const { tf, options } = this;
    const isBound = name.endsWith('/bound');
    const decay = isBound ? options.boundDecay : options.weightDecay;
    const decayed = decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
    momentum.assign(tf.add(tf.mul(momentum, options.momentum), decayed));
    const direction = options.nesterov ? tf.add(decayed, tf.mul(momentum, options.momentum)) : momentum;
    const next = tf.sub(variable, tf.mul(direction, learningRate));
    variable.assign(isBound ? tf.maximum(next, MINIMUM_BOUND) : next);
  }
}
