import type { NetworkDescription } from '../description.js';
import { DescriptionBuilder } from './description-builder.js';
import { type ArchitectureOptions, resolveOptions } from './options.js';

/** Options of {@link buildCifarResNet}. */
export interface CifarResNetOptions extends ArchitectureOptions {
  /** Number of weighted layers on the main path, 6 n + 2 with n ≥ 1: 20, 32, 44, 56, … */
  readonly depth: number;
}

interface Stage {
  readonly blocks: number;
  readonly channels: number;
  readonly stride: number;
}

/**
 * ResNet of depth 6 n + 2 for small images (He et al. 2016, 4.2): stem of 16 channels, three stages of n basic
 * blocks with 16, 32, 64 channels and strides 1, 2, 2, global average pool, dense. Convolutions without bias,
 * each followed by batch norm; where a block changes the shape its shortcut is a 1x1 convolution with batch
 * norm and no neuron; the activation follows the addition. 6 n + 1 activations (19 for ResNet-20).
 *
 * @throws RangeError naming the option that is out of range
 * @see Bu et al. (AAAI 2022), experiments; code of Bu et al. (ICLR 2022)
 * @example
 * buildCifarResNet({ depth: 20, classes: 10 }).name; // 'resnet20'
 */
export function buildCifarResNet(options: CifarResNetOptions): NetworkDescription {
  const { depth } = options;
  const blocks = (depth - 2) / 6;
  if (!(Number.isInteger(blocks) && blocks >= 1)) {
    throw new RangeError(
      `buildCifarResNet: depth must be 6 n + 2 with n ≥ 1 (20, 32, 44, 56, …), got ${depth}.`,
    );
  }
  return buildResNet('buildCifarResNet', `resnet${depth}`, options, [
    { blocks, channels: 16, stride: 1 },
    { blocks, channels: 32, stride: 2 },
    { blocks, channels: 64, stride: 2 },
  ]);
}

/** {@link buildCifarResNet} of depth 20: 19 activations, 0.27 million weights with 10 classes. */
export function buildResNet20(options: ArchitectureOptions): NetworkDescription {
  return buildCifarResNet({ ...options, depth: 20 });
}

/** {@link buildCifarResNet} of depth 32: 31 activations. */
export function buildResNet32(options: ArchitectureOptions): NetworkDescription {
  return buildCifarResNet({ ...options, depth: 32 });
}

/** {@link buildCifarResNet} of depth 44: 43 activations. */
export function buildResNet44(options: ArchitectureOptions): NetworkDescription {
  return buildCifarResNet({ ...options, depth: 44 });
}

/** {@link buildCifarResNet} of depth 56: 55 activations. */
export function buildResNet56(options: ArchitectureOptions): NetworkDescription {
  return buildCifarResNet({ ...options, depth: 56 });
}

/**
 * ResNet-18 with the stem for small images (3x3, stride 1, no pool): four stages of two basic blocks with 64,
 * 128, 256, 512 channels and strides 1, 2, 2, 2; otherwise as {@link buildCifarResNet}. 17 activations.
 *
 * @throws RangeError naming the option that is out of range
 * @see Bu et al. (AAAI 2022), experiments; code of Bu et al. (ICLR 2022)
 */
export function buildResNet18(options: ArchitectureOptions): NetworkDescription {
  return buildResNet('buildResNet18', 'resnet18', options, [
    { blocks: 2, channels: 64, stride: 1 },
    { blocks: 2, channels: 128, stride: 2 },
    { blocks: 2, channels: 256, stride: 2 },
    { blocks: 2, channels: 512, stride: 2 },
  ]);
}

function buildResNet(
  builder: string,
  name: string,
  options: ArchitectureOptions,
  stages: readonly Stage[],
): NetworkDescription {
  const { classes, activation, inputShape, scaled } = resolveOptions(builder, options);
  if (options.pool !== undefined)
    throw new RangeError(
      `${builder}: pool must be absent, got '${options.pool}'. ResNets have no pooled blocks.`,
    );
  const graph = new DescriptionBuilder(activation);
  let channels = scaled(stages[0]!.channels);
  let x = graph.input(inputShape);
  x = graph.convolution('stem.conv', x, { filters: channels, size: 3, bias: false });
  x = graph.activation('stem.activation', graph.batchNorm('stem.norm', x));
  stages.forEach((stage, stageIndex) => {
    const filters = scaled(stage.channels);
    for (let block = 0; block < stage.blocks; block++) {
      const stride = block === 0 ? stage.stride : 1;
      const changesShape = stride !== 1 || channels !== filters;
      const blockName = `stage${stageIndex + 1}.block${block + 1}`;
      x = basicBlock(graph, { name: blockName, from: x, filters, stride, changesShape });
      channels = filters;
    }
  });
  return graph.build(name, graph.dense('logits', graph.globalAveragePool('pool', x), classes));
}

function basicBlock(
  graph: DescriptionBuilder,
  block: { name: string; from: string; filters: number; stride: number; changesShape: boolean },
): string {
  const { name, from, filters, stride, changesShape } = block;
  let x = graph.convolution(`${name}.conv1`, from, { filters, size: 3, stride, bias: false });
  x = graph.activation(`${name}.activation1`, graph.batchNorm(`${name}.norm1`, x));
  x = graph.convolution(`${name}.conv2`, x, { filters, size: 3, bias: false });
  x = graph.batchNorm(`${name}.norm2`, x);
  let shortcut = from;
  if (changesShape) {
    shortcut = graph.convolution(`${name}.shortcut.conv`, from, { filters, size: 1, stride, bias: false });
    shortcut = graph.batchNorm(`${name}.shortcut.norm`, shortcut);
  }
  return graph.activation(`${name}.activation2`, graph.add(`${name}.add`, x, shortcut));
}
