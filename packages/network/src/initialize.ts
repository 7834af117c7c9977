import { CounterRandom } from '@opi-snn/theory';
import type { NetworkDescription, NetworkNode } from './description.js';
import { NetworkError } from './network-error.js';
import { parameterShapes } from './shapes.js';
import type { Tensor } from './tensor.js';

/** First word of every stream drawn here, so that other uses of the same seed never meet it ("init" in ASCII). */
const STREAM_DOMAIN = 0x696e6974;

/** Where trainable bounds start: 4 for clipping, 8 for QCFS (paper notes 4.1 and 4.2; code of Bu et al., ICLR 2022). */
export const DEFAULT_INITIAL_BOUNDS: Readonly<Record<'clip' | 'qcfs', number>> = { clip: 4, qcfs: 8 };

/** Options of {@link initializeTensors}. */
export interface InitializeOptions {
  /** λ of every clip and qcfs node before training, > 0; default {@link DEFAULT_INITIAL_BOUNDS}. */
  readonly initialBound?: number;
  /** One bound for the whole `layer` (default, as in the paper) or one per `channel`. */
  readonly bounds?: 'layer' | 'channel';
}

/**
 * Tensors of an untrained network.
 *
 * | parameter | value |
 * | --- | --- |
 * | conv2d kernel | N(0, 2 / (out · kernelHeight · kernelWidth)): Kaiming normal, fan out |
 * | dense kernel | U(−1/√in, 1/√in): Kaiming uniform with a = √5, as PyTorch's Linear |
 * | biases | 0 |
 * | batch norm | γ 1, β 0, mean 0, variance 1 |
 * | bounds | `initialBound` |
 *
 * Deterministic: a tensor depends on the seed, its name and its shape only, the same bits on every machine.
 *
 * @param seed integer in [0, 2⁵³)
 * @throws NetworkError if the description has problems or integrate-and-fire nodes, whose thresholds come from a
 *   conversion; RangeError if the seed or the bound is out of range
 * @see paper notes 4.2; He et al. (ICCV 2015) for the normal variant
 * @example
 * const description = buildResNet20({ classes: 10 });
 * const network = { description, tensors: initializeTensors(description, 42) };
 */
export function initializeTensors(
  description: NetworkDescription,
  seed: number,
  options: InitializeOptions = {},
): ReadonlyMap<string, Tensor> {
  const { initialBound, bounds = 'layer' } = options;
  if (initialBound !== undefined && !(initialBound > 0 && Number.isFinite(initialBound))) {
    throw new RangeError(`initializeTensors: initialBound must be a finite number > 0, got ${initialBound}.`);
  }
  const shapes = parameterShapes(description, { bounds });
  refuseSpikingNodes(description);
  const nodes = new Map(description.nodes.map((node) => [node.name, node]));
  const tensors = new Map<string, Tensor>();
  for (const [key, shape] of shapes) {
    const slash = key.lastIndexOf('/');
    const node = nodes.get(key.slice(0, slash))!;
    const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    const random = new CounterRandom(seed, STREAM_DOMAIN, hashName(key));
    fillParameter(data, { node, parameter: key.slice(slash + 1), shape, random, initialBound });
    tensors.set(key, { shape, data });
  }
  return tensors;
}

interface Filling {
  readonly node: NetworkNode;
  readonly parameter: string;
  readonly shape: readonly number[];
  readonly random: CounterRandom;
  readonly initialBound: number | undefined;
}

function fillParameter(data: Float32Array, { node, parameter, shape, random, initialBound }: Filling): void {
  if (parameter === 'gamma' || parameter === 'variance') {
    data.fill(1);
  } else if (node.op === 'clip' || node.op === 'qcfs') {
    data.fill(initialBound ?? DEFAULT_INITIAL_BOUNDS[node.op]);
  } else if (parameter === 'kernel' && node.op === 'conv2d') {
    const standardDeviation = Math.sqrt(2 / (node.filters * node.kernelSize[0] * node.kernelSize[1]));
    for (let i = 0; i < data.length; i++) data[i] = standardDeviation * random.nextNormal();
  } else if (parameter === 'kernel') {
    const limit = 1 / Math.sqrt(shape[0]!);
    for (let i = 0; i < data.length; i++) data[i] = limit * (2 * random.nextUniform() - 1);
  }
}

function refuseSpikingNodes(description: NetworkDescription): void {
  const spiking = description.nodes.filter(({ op }) => op === 'integrate-and-fire');
  if (spiking.length === 0) return;
  const message = 'has a threshold, which comes from a conversion, not from an initialisation';
  const problems = spiking.map(({ name }) => ({ node: name, message }));
  throw new NetworkError('initializeTensors', description.name, problems);
}

/** FNV-1a, 32 bits, over UTF-16 code units: spreads names over streams; need not be secure. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
