import type * as Tensorflow from '@tensorflow/tfjs';
import type { NamedTensorMap, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs';
import type { Tensor as PlainTensor } from '@opi-snn/network';

type Tf = typeof Tensorflow;

/**
 * Variables that one update changes together: several as one vector of all their values in a row, a single one as it is.
 *
 * @internal
 */
export class ParameterGroup {
  /** w: the values of all members, `[Σ sizes]`, or the only member itself. */
  readonly values: Variable;
  /** m, shaped like `values`; starts at 0. */
  readonly momentum: Variable;
  readonly #isFlat: boolean;
  readonly #sizes: readonly number[];

  /** @param members at least one, by name */
  constructor(
    private readonly tf: Tf,
    private readonly members: ReadonlyMap<string, Variable>,
  ) {
    const variables = [...members.values()];
    this.#sizes = variables.map(({ size }) => size);
    this.#isFlat = variables.length > 1;
    this.values = this.#isFlat ? this.#variable(() => this.#join(variables)) : variables[0]!;
    this.momentum = this.#variable(() => tf.zeros(this.values.shape));
  }

  get names(): readonly string[] {
    return [...this.members.keys()];
  }

  /**
   * The gradients of all members, shaped like `values`.
   *
   * @param gradients by the variables' own TensorFlow names
   * @throws Error if one is missing
   */
  gather(gradients: NamedTensorMap): Tensor {
    const found = [...this.members].map(([name, variable]) => {
      const gradient = gradients[variable.name];
      if (gradient === undefined) throw new Error(`MomentumDescent: no gradient for ${name}`);
      return gradient;
    });
    return this.#isFlat ? this.#join(found) : found[0]!;
  }

  /** Gives the members new values. */
  assign(values: Tensor): void {
    this.values.assign(values);
    if (!this.#isFlat) return;
    const pieces = this.tf.split(values, [...this.#sizes]);
    [...this.members.values()].forEach((variable, i) => {
      const piece = pieces[i]!;
      variable.assign(variable.rank === 1 ? piece : this.tf.reshape(piece, variable.shape));
    });
  }

  /** Copies of the members' momenta. */
  async readMomenta(): Promise<Map<string, PlainTensor>> {
    const all = Float32Array.from(await this.momentum.data());
    let from = 0;
    const momenta = new Map<string, PlainTensor>();
    for (const [name, { shape, size }] of this.members) {
      momenta.set(name, { shape, data: all.slice(from, from + size) });
      from += size;
    }
    return momenta;
  }

  /** Sets the momenta that are named. */
  writeMomenta(momenta: ReadonlyMap<string, PlainTensor>): void {
    const all = Float32Array.from(this.momentum.dataSync());
    let from = 0;
    for (const [name, { size }] of this.members) {
      const momentum = momenta.get(name);
      if (momentum !== undefined) all.set(momentum.data, from);
      from += size;
    }
    this.tf.tidy(() => {
      this.momentum.assign(this.tf.tensor(all, this.momentum.shape));
    });
  }

  /** Frees momenta and the joined values; the members stay. */
  dispose(): void {
    this.momentum.dispose();
    if (this.#isFlat) this.values.dispose();
  }

  #join(tensors: readonly Tensor[]): Tensor1D {
    return this.tf.concat1d(
      tensors.map((tensor) => (tensor.rank === 1 ? (tensor as Tensor1D) : tensor.flatten())),
    );
  }

  #variable(value: () => Tensor): Variable {
    return this.tf.tidy(() => this.tf.variable(value(), false));
  }
}
