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

/** Options of {@link buildVgg16}. */
export interface Vgg16Options extends ArchitectureOptions {
  /** Units of each of the two hidden dense layers, integer ≥ 1, not scaled by `width`; default 4096. */
  readonly hiddenUnits?: number;
}

/** Options of {@link buildSmallVgg}. */
export interface SmallVggOptions extends ArchitectureOptions {
  /** Channels of each stage's convolution, before `width`; default `[16, 32, 64]`. */
  readonly widths?: readonly number[];
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
  const { classes, activation, inputShape, scaled } = resolveOptions('buildVgg16', options);
  const hiddenUnits = options.hiddenUnits ?? 4096;
  requirePositiveInteger('buildVgg16', 'hiddenUnits', hiddenUnits);
  const graph = new DescriptionBuilder(activation);
  let x = graph.input(inputShape);
  VGG16_BLOCKS.forEach((block, blockIndex) => {
    const name = `block${blockIndex + 1}`;
    block.forEach((filters, index) => {
      x = convolutionBlock(graph, { name, index: index + 1, from: x, filters: scaled(filters) });
    });
    x = graph.averagePool(`${name}.pool`, x);
  });
  x = graph.flatten('flatten', x);
  for (const name of ['hidden1', 'hidden2']) {
    x = graph.dense(name, x, hiddenUnits);
    x = graph.activation(`${name}.activation`, x);
  }
  return graph.build('vgg16', graph.dense('logits', x, classes));
}

/**
 * A small network of the same kind, for small images and quick runs: per stage one convolution 3x3 (with bias),
 * batch norm, activation, 2x2 average pool; then the logits. As many activations as stages.
 *
 * @throws RangeError naming the option that is out of range
 * @example
 * buildSmallVgg({ classes: 10, widths: [16, 32, 64] }).nodes.length; // 15
 */
export function buildSmallVgg(options: SmallVggOptions): NetworkDescription {
  const { classes, activation, inputShape, scaled } = resolveOptions('buildSmallVgg', options);
  const widths = options.widths ?? [16, 32, 64];
  if (widths.length === 0)
    throw new RangeError('buildSmallVgg: widths must have at least one entry, got [].');
  const graph = new DescriptionBuilder(activation);
  let x = graph.input(inputShape);
  widths.forEach((filters, stage) => {
    requirePositiveInteger('buildSmallVgg', `widths[${stage}]`, filters);
    const name = `block${stage + 1}`;
    x = convolutionBlock(graph, { name, index: 1, from: x, filters: scaled(filters) });
    x = graph.averagePool(`${name}.pool`, x);
  });
  return graph.build('small-vgg', graph.dense('logits', graph.flatten('flatten', x), classes));
}

function convolutionBlock(
  graph: DescriptionBuilder,
  { name, index, from, filters }: { name: string; index: number; from: string; filters: number },
): string {
  const convolution = graph.convolution(`${name}.conv${index}`, from, { filters, size: 3, bias: true });
  return graph.activation(`${name}.activation${index}`, graph.batchNorm(`${name}.norm${index}`, convolution));
}
