import { CounterRandom } from '@opi-snn/theory';
import type { NetworkDescription, NetworkNode } from './description.js';
import { parameterShapes } from './shapes.js';
import type { Tensor } from './tensor.js';

/** σ(10) = 0.99995: the threshold of a new Rate-Norm layer is its running maximum. */
const INITIAL_RATE_NORM_SCALE = 10;

/** Options of {@link initializeTensors}. */
export interface InitializeOptions {
  /** Integer in [0, 2⁵³). */
  readonly seed: number;
  /** Where activation bounds λ start; default 4 for `clip` and 8 for `qcfs` nodes (code of Bu et al., ICLR 2022). */
  readonly initialBound?: number;
  /** One bound for the whole `layer` (default, as in the paper) or one per `channel`. */
  readonly bounds?: 'layer' | 'channel';
}

/**
 * Tensors of an untrained network: convolutions N(0, 2 / (kernelHeight · kernelWidth · out)), dense kernels
 * U(−1/√in, 1/√in), biases 0, batch norm γ = 1, β = 0, mean 0, variance 1, bounds at `initialBound`, thresholds 1,
 * initial potentials θ/2.
 * Rate-Norm starts with maximum 1 and scale 10 (code of Ding et al., 2021). Deterministic: tensor number i draws from the stream (seed, i).
 *
 * @throws NetworkError listing every problem of the description
 * @see He et al. (2015), fan-out mode; torch's default for linear layers
 */
export function initializeTensors(
  description: NetworkDescription,
  options: InitializeOptions,
): ReadonlyMap<string, Tensor> {
  const nodes = new Map(description.nodes.map((node) => [node.name, node]));
  const shapes = [...parameterShapes(description, { bounds: options.bounds ?? 'layer' })];
  return new Map(
    shapes.map(([tensor, shape], index) => {
      const slash = tensor.lastIndexOf('/');
      const node = nodes.get(tensor.slice(0, slash))!;
      const draw = initializer(node, tensor.slice(slash + 1), shape, options, index);
      const size = shape.reduce((product, extent) => product * extent, 1);
      return [tensor, { shape, data: Float32Array.from({ length: size }, draw) }];
    }),
  );
}

function initializer(
  node: NetworkNode,
  parameter: string,
  shape: readonly number[],
  { seed, initialBound }: InitializeOptions,
  index: number,
): () => number {
  const random = new CounterRandom(seed, index);
  switch (parameter) {
    case 'kernel': {
      if (node.op === 'conv2d') {
        const deviation = Math.sqrt(2 / (shape[0]! * shape[1]! * shape[3]!));
        return () => deviation * random.nextNormal();
      }
      const limit = 1 / Math.sqrt(shape[0]!);
      return () => limit * (2 * random.nextUniform() - 1);
    }
    case 'gamma':
    case 'variance':
    case 'threshold':
      return () => 1;
    case 'maximum':
      return () => 1;
    case 'initial-potential':
      return () => 0.5;
    case 'scale':
      return () => INITIAL_RATE_NORM_SCALE;
    case 'bound':
      return () => initialBound ?? (node.op === 'qcfs' ? 8 : 4);
    default:
      return () => 0;
  }
}
