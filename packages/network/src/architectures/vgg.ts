import type { NetworkDescription } from '../description.js';
import { DescriptionBuilder } from './description-builder.js';
import { type ArchitectureOptions, requirePositiveInteger, resolveOptions } from './options.js';

/** Channels of the 13 convolutions of VGG-16 (configuration D), by block. */
const VGG16_BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

const SMALL_VGG_BLOCKS = [[16], [32, 32], [64, 64]] as const;

/** Options of {@link buildVgg16}. */
export interface Vgg16Options extends ArchitectureOptions {
  /** Units of each of the two hidden dense layers, integer ≥ 1, not scaled by `width`; default 4096. */
  readonly hiddenUnits?: number;
  /** Batch norm behind every convolution; default true. */
  readonly batchNorm?: boolean;
}

/** Options of {@link buildSmallVgg}. */
export interface SmallVggOptions extends ArchitectureOptions {
  /** Channels of the convolutions by block, before `width`; default `[[16], [32, 32], [64, 64]]`. */
  readonly blocks?: readonly (readonly number[])[];
}

/**
 * VGG-16 as the paper trains it: 13 convolutions 3x3 (with bias, batch norm, activation) in five blocks, each
 * followed by a 2x2 average pool; then two hidden dense layers and the logits. 15 activations.
 *
 * With 32x32 images the last pool leaves 1x1x512; with 224x224 it leaves 7x7x512 = 25088 features.
 * Height and width below 32 leave nothing to pool: {@link validateNetwork} then names the pool.
 *
 * @throws RangeError naming the option that is out of range
 * @see Bu et al. (AAAI 2022), experiments; code of Bu et al. (ICLR 2022)
 * @example
 * buildVgg16({ classes: 10 }).nodes.filter((node) => node.op === 'clip').length; // 15
 */
export function buildVgg16(options: Vgg16Options): NetworkDescription {
  return buildNamedVgg16('vgg16', options);
}

/**
 * VGG-16 as torchvision defines `vgg16` for ImageNet, so that its published weights fit: maximum pooling, no batch norm,
 * images of 224 × 224. torchvision's adaptive pool to 7 × 7 is then the identity.
 *
 * @throws RangeError naming the option that is out of range
 * @see Simonyan & Zisserman (ICLR 2015), configuration D; torchvision.models.vgg16
 * @example
 * buildTorchvisionVgg16({ classes: 1000 }).nodes.filter((node) => node.op === 'max-pool').length; // 5
 */
export function buildTorchvisionVgg16(options: Vgg16Options): NetworkDescription {
  return buildNamedVgg16('torchvision-vgg16', { ...TORCHVISION, batchNorm: false, ...options });
}

/** As {@link buildTorchvisionVgg16} with batch norm: `vgg16_bn`. */
export function buildTorchvisionVgg16Bn(options: Vgg16Options): NetworkDescription {
  return buildNamedVgg16('torchvision-vgg16-bn', { ...TORCHVISION, ...options });
}

const TORCHVISION = { inputShape: [224, 224, 3], pool: 'max' } as const;

function buildNamedVgg16(name: string, options: Vgg16Options): NetworkDescription {
  const { classes, activation, inputShape, scaled } = resolveOptions('buildVgg16', options);
  const { hiddenUnits = 4096, batchNorm = true } = options;
  const pool = poolOf('buildVgg16', options);
  requirePositiveInteger('buildVgg16', 'hiddenUnits', hiddenUnits);
  const graph = new DescriptionBuilder(activation);
  const blocks = { blocks: VGG16_BLOCKS, inputShape, scaled, batchNorm, pool };
  let x = graph.flatten('flatten', convolutionBlocks(graph, blocks));
  for (const name of ['hidden1', 'hidden2']) {
    x = graph.dense(name, x, hiddenUnits);
    x = graph.activation(`${name}.activation`, x);
  }
  return graph.build(name, graph.dense('logits', x, classes));
}

/**
 * A small network of the same kind, for small images and quick runs: blocks of convolutions 3x3 (with bias, batch
 * norm, activation), each block followed by a 2x2 pool, on average; then the logits. As many activations as convolutions.
 *
 * @throws RangeError naming the option that is out of range
 * @example
 * buildSmallVgg({ classes: 10 }).nodes.filter((node) => node.op === 'clip').length; // 5
 */
export function buildSmallVgg(options: SmallVggOptions): NetworkDescription {
  const { classes, activation, inputShape, scaled } = resolveOptions('buildSmallVgg', options);
  const blocks = options.blocks ?? SMALL_VGG_BLOCKS;
  if (blocks.length === 0)
    throw new RangeError('buildSmallVgg: blocks must have at least one entry, got [].');
  blocks.forEach((block, index) => {
    if (block.length === 0)
      throw new RangeError(`buildSmallVgg: blocks[${index}] must have at least one entry, got [].`);
    block.forEach((filters, layer) => {
      requirePositiveInteger('buildSmallVgg', `blocks[${index}][${layer}]`, filters);
    });
  });
  const pool = poolOf('buildSmallVgg', options);
  const graph = new DescriptionBuilder(activation);
  const features = graph.flatten(
    'flatten',
    convolutionBlocks(graph, { blocks, inputShape, scaled, batchNorm: true, pool }),
  );
  return graph.build('small-vgg', graph.dense('logits', features, classes));
}

/** Average by default, which spikes add up without comparing. */
function poolOf(builder: string, { pool = 'average' }: ArchitectureOptions): 'average' | 'max' {
  const kinds: readonly string[] = ['average', 'max'];
  if (kinds.includes(pool)) return pool;
  throw new RangeError(`${builder}: pool must be average or max, got '${pool as string}'.`);
}

interface Blocks {
  readonly blocks: readonly (readonly number[])[];
  readonly inputShape: readonly [number, number, number];
  readonly scaled: (filters: number) => number;
  readonly batchNorm: boolean;
  readonly pool: 'average' | 'max';
}

// Per block its convolutions with batch norm and activation, then a pool; returns the name of the last pool.
function convolutionBlocks(
  graph: DescriptionBuilder,
  { blocks, inputShape, scaled, batchNorm, pool }: Blocks,
): string {
  let x = graph.input(inputShape);
  blocks.forEach((block, blockIndex) => {
    const name = `block${blockIndex + 1}`;
    block.forEach((filters, index) => {
      const layer = index + 1;
      const options = { filters: scaled(filters), size: 3, bias: true };
      const convolution = graph.convolution(`${name}.conv${layer}`, x, options);
      const normed = batchNorm ? graph.batchNorm(`${name}.norm${layer}`, convolution) : convolution;
      x = graph.activation(`${name}.activation${layer}`, normed);
    });
    x = graph.pool(`${name}.pool`, x, pool);
  });
  return x;
}
