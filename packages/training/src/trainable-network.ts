import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import type {
  Conv2dNode,
  Network,
  NetworkDescription,
  NetworkNode,
  Padding,
  PoolNode,
  Tensor as PlainTensor,
} from '@opi-snn/network';
import { clipActivation, qcfsActivation, rateNormActivation, type BoundedActivation } from './activations.js';
import { batchNormalization, type BatchNormalization } from './batch-normalization.js';

type Tf = typeof Tensorflow;

/** Running statistics, and the scale of Rate-Norm, which the published first stage of training keeps. */
const NOT_TRAINED = /\/(mean|variance|maximum|scale)$/;

/** Share of the new batch in the running maximum of Rate-Norm (code of Ding et al., 2021). */
const RATE_NORM_MOMENTUM = 0.1;

/** Options of {@link TrainableNetwork.forward}. */
export interface ForwardOptions {
  /** Batch norm by the batch's statistics, updating the running ones. Default false. */
  readonly training?: boolean;
  /** Called with the output and the inputs of every node; the tensors are only valid inside the call. */
  readonly visit?: (node: NetworkNode, output: Tensor, inputs: readonly Tensor[]) => void;
  /** What the nodes behind a node read instead of its output; undefined leaves it as it is. */
  readonly replace?: (node: NetworkNode, output: Tensor) => Tensor | undefined;
}

/**
 * A network whose tensors are TensorFlow.js variables: the forward pass of a `NetworkDescription` in training and
 * in inference mode. The current backend of `tf` is used. Call {@link dispose} when done.
 */
export class TrainableNetwork {
  /** By `NODE/PARAMETER`. */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly #clip: BoundedActivation;
  readonly #rateNorm: BoundedActivation;
  readonly #qcfs = new Map<number, BoundedActivation>();
  readonly #batchNorm: BatchNormalization;

  constructor(
    readonly tf: Tf,
    readonly description: NetworkDescription,
    tensors: ReadonlyMap<string, PlainTensor>,
  ) {
    this.#clip = clipActivation(tf);
    this.#rateNorm = rateNormActivation(tf);
    this.#batchNorm = batchNormalization(tf);
    this.variables = new Map(
      [...tensors].map(([name, { shape, data }]) => {
        const value = tf.tensor(Float32Array.from(data), [...shape], 'float32');
        const variable = tf.variable(value, !NOT_TRAINED.test(name));
        value.dispose();
        return [name, variable];
      }),
    );
  }

  /** Logits [batch, classes] of images [batch, height, width, channels]. Wrap in `tf.tidy`. */
  forward(images: Tensor4D, options: ForwardOptions = {}): Tensor {
    const outputs = new Map<string, Tensor>();
    for (const node of this.description.nodes) {
      const inputs = node.inputs.map((name) => outputs.get(name)!);
      const output = node.op === 'input' ? images : this.#apply(node, inputs, options.training ?? false);
      options.visit?.(node, output, inputs);
      outputs.set(node.name, options.replace?.(node, output) ?? output);
    }
    return outputs.get(this.description.output)!;
  }

  /** Copies of the current values as plain data. */
  async toNetwork(description: NetworkDescription = this.description): Promise<Network> {
    const tensors = new Map<string, PlainTensor>();
    for (const [name, variable] of this.variables) {
      tensors.set(name, { shape: variable.shape, data: Float32Array.from(await variable.data()) });
    }
    return { description, tensors };
  }

  /** Frees the variables. */
  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  #variable(node: NetworkNode, parameter: string): Variable {
    return this.variables.get(`${node.name}/${parameter}`)!;
  }

  #apply(node: Exclude<NetworkNode, { op: 'input' }>, inputs: readonly Tensor[], training: boolean): Tensor {
    const { tf } = this;
    const x = inputs[0]!;
    switch (node.op) {
      case 'conv2d':
        return this.#convolve(node, x as Tensor4D);
      case 'dense': {
        const product = tf.matMul(x, this.#variable(node, 'kernel'));
        return node.bias ? tf.add(product, this.#variable(node, 'bias')) : product;
      }
      case 'batch-norm':
        return training ? this.#normalizeBatch(node, x) : this.#normalize(node, x);
      case 'add':
        return inputs.reduce((sum, term) => tf.add(sum, term));
      case 'average-pool':
      case 'max-pool':
        return pool(tf, node, x as Tensor4D);
      case 'global-average-pool':
        return tf.mean(x, [1, 2]);
      case 'flatten':
        return tf.reshape(x, [x.shape[0], -1]);
      case 'relu':
        return tf.relu(x);
      case 'clip':
        return this.#clip(x, this.#variable(node, 'bound'));
      case 'qcfs':
        return this.#quantise(node.levels)(x, this.#variable(node, 'bound'));
      case 'rate-norm':
        return this.#rateNormalize(node, x, training);
      case 'integrate-and-fire':
        throw new TypeError(
          `TrainableNetwork: node ${node.name} must be an ANN node, got integrate-and-fire. Spiking networks run in @opi-snn/simulation.`,
        );
    }
  }

  #convolve(node: Conv2dNode, x: Tensor4D): Tensor {
    const { tf } = this;
    const kernel = this.#variable(node, 'kernel') as unknown as Tensor4D;
    const same = isSamePadding(node, x.shape);
    const convolved = tf.conv2d(
      same ? x : padImages(tf, x, node.padding),
      kernel,
      [...node.strides],
      same ? 'same' : 'valid',
    );
    return node.bias ? tf.add(convolved, this.#variable(node, 'bias')) : convolved;
  }

  #quantise(levels: number): BoundedActivation {
    const known = this.#qcfs.get(levels) ?? qcfsActivation(this.tf, levels);
    this.#qcfs.set(levels, known);
    return known;
  }

  // The maximum follows the batches' largest values before it is used, as in the published code, and has no gradient.
  #rateNormalize(node: NetworkNode, x: Tensor, training: boolean): Tensor {
    const { tf } = this;
    const [maximum, scale] = [this.#variable(node, 'maximum'), this.#variable(node, 'scale')];
    if (training) {
      const largest = tf.relu(tf.max(x));
      maximum.assign(
        tf.reshape(tf.add(tf.mul(maximum, 1 - RATE_NORM_MOMENTUM), tf.mul(largest, RATE_NORM_MOMENTUM)), [1]),
      );
    }
    return this.#rateNorm(x, tf.add(tf.mul(maximum, tf.sigmoid(scale)), 1e-6));
  }

  // γ (x − mean) / √(variance + ε) + β by the running statistics.
  #normalize(node: NetworkNode & { epsilon: number }, x: Tensor): Tensor {
    const { tf } = this;
    const scale = tf.mul(
      this.#variable(node, 'gamma'),
      tf.rsqrt(tf.add(this.#variable(node, 'variance'), node.epsilon)),
    );
    return tf.add(tf.mul(tf.sub(x, this.#variable(node, 'mean')), scale), this.#variable(node, 'beta'));
  }

  #normalizeBatch(node: NetworkNode & { epsilon: number }, x: Tensor): Tensor {
    const [gamma, beta, mean, variance] = [
      this.#variable(node, 'gamma'),
      this.#variable(node, 'beta'),
      this.#variable(node, 'mean'),
      this.#variable(node, 'variance'),
    ];
    return this.#batchNorm(x, { gamma, beta, mean, variance }, node.epsilon);
  }
}

// TensorFlow's kernels know 'same' and 'valid' only; 'same' puts the odd row or column at the bottom or right.
function isSamePadding({ kernelSize, strides, padding }: Conv2dNode, shape: readonly number[]): boolean {
  const edges = [
    [padding.top, padding.bottom],
    [padding.left, padding.right],
  ] as const;
  return edges.every(([before, after], axis) => {
    const [extent, window, stride] = [shape[axis + 1]!, kernelSize[axis]!, strides[axis]!];
    const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + window - extent);
    return before === Math.floor(total / 2) && after === total - before;
  });
}

function padImages(tf: Tf, x: Tensor4D, { top, bottom, left, right }: Padding, value = 0): Tensor4D {
  if (top + bottom + left + right === 0) return x;
  const edges: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.pad(x, edges, value);
}

// Padded positions count as zeros in a mean and do not exist in a maximum.
function pool(tf: Tf, { op, size, strides, padding }: PoolNode, x: Tensor4D): Tensor {
  return op === 'average-pool'
    ? tf.avgPool(padImages(tf, x, padding), [...size], [...strides], 'valid')
    : tf.maxPool(padImages(tf, x, padding, -Infinity), [...size], [...strides], 'valid');
}
