import type * as Tensorflow from '@tensorflow/tfjs';
import type { NamedTensorMap, Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import type { Tensor as PlainTensor } from '@opi-snn/network';
import { ParameterGroup } from './parameter-group.js';

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
  /**
   * Variables of at most so many values are updated together as one vector, which spares hundreds of small operations a
   * step and changes no bit; 0 updates every variable on its own. Default {@link FLAT_LIMIT}.
   */
  readonly flatLimit?: number | undefined;
}

/** Lowest value of an activation bound; a bound that reached 0 would never recover. */
export const MINIMUM_BOUND = 1e-3;

/** Largest variable that joins the common vector: above, copying costs more than a call. */
export const FLAT_LIMIT = 65_536;

/**
 * Stochastic gradient descent with momentum and L2 decay, in the order of torch.optim.SGD:
 *
 *   g ← g + decay · w;   m ← μ m + g;   w ← w − η m          (Nesterov: w ← w − η (g + μ m))
 *
 * While it lives, only it may change the trainable variables.
 *
 * @see Sutskever et al. (2013); Bu et al. (ICLR 2022), appendix A.1 for the settings
 */
export class MomentumDescent {
  readonly #groups: readonly ParameterGroup[];
  readonly #momentum: Scalar;
  readonly #decays: ReadonlyMap<ParameterGroup, Scalar>;

  constructor(
    readonly tf: Tf,
    variables: ReadonlyMap<string, Variable>,
    private readonly options: MomentumDescentOptions,
  ) {
    const trainable = [...variables].filter(([, variable]) => variable.trainable);
    this.#groups = partition(trainable, options.flatLimit ?? FLAT_LIMIT).map(
      (members) => new ParameterGroup(tf, new Map(members)),
    );
    this.#momentum = tf.keep(tf.scalar(options.momentum));
    this.#decays = new Map(
      this.#groups
        .map((group) => [group, isBound(group.names[0]!) ? options.boundDecay : options.weightDecay] as const)
        .filter(([, decay]) => decay !== 0)
        .map(([group, decay]) => [group, tf.keep(tf.scalar(decay))]),
    );
  }

  /**
   * One step at learning rate η; `gradients` is keyed by the variables' own TensorFlow names. Frees nothing: wrap in
   * `tf.tidy`.
   *
   * @throws Error if a gradient is missing
   */
  apply(gradients: NamedTensorMap, learningRate: number): void {
    const rate = this.tf.scalar(learningRate);
    for (const group of this.#groups) this.#update(group, group.gather(gradients), rate);
  }

  /** Copies of the momenta m by the name of the variable. */
  async readMomenta(): Promise<Map<string, PlainTensor>> {
    const momenta = new Map<string, PlainTensor>();
    for (const group of this.#groups) {
      for (const [name, momentum] of await group.readMomenta()) momenta.set(name, momentum);
    }
    return momenta;
  }

  /** Sets momenta; those that are not named stay as they are. */
  writeMomenta(momenta: ReadonlyMap<string, PlainTensor>): void {
    for (const group of this.#groups) group.writeMomenta(momenta);
  }

  /** Frees what the optimizer holds; the variables of the network stay. */
  dispose(): void {
    this.#momentum.dispose();
    for (const decay of this.#decays.values()) decay.dispose();
    for (const group of this.#groups) group.dispose();
  }

  #update(group: ParameterGroup, gradient: Tensor, rate: Scalar): void {
    const { tf } = this;
    const { values, momentum } = group;
    const decay = this.#decays.get(group);
    const decayed = decay === undefined ? gradient : tf.add(gradient, tf.mul(values, decay));
    momentum.assign(tf.add(tf.mul(momentum, this.#momentum), decayed));
    const direction = this.options.nesterov ? tf.add(decayed, tf.mul(momentum, this.#momentum)) : momentum;
    const next = tf.sub(values, tf.mul(direction, rate));
    group.assign(isBound(group.names[0]!) ? tf.maximum(next, MINIMUM_BOUND) : next);
  }
}

// Bounds have a decay and a floor of their own.
function partition(trainable: readonly [string, Variable][], flatLimit: number): [string, Variable][][] {
  const small = trainable.filter(([, variable]) => variable.size <= flatLimit);
  const large = trainable.filter(([, variable]) => variable.size > flatLimit);
  const together = [small.filter(([name]) => !isBound(name)), small.filter(([name]) => isBound(name))];
  return [...together.filter((members) => members.length > 0), ...large.map((member) => [member])];
}

function isBound(name: string): boolean {
  return name.endsWith('/bound');
}
