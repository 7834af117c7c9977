import type { NetworkDescription } from '../description.js';
import type { ArchitectureOptions } from './options.js';
import { buildResNet18, buildResNet20, buildResNet32, buildResNet44, buildResNet56 } from './resnet.js';
import { buildSmallVgg, buildTorchvisionVgg16, buildTorchvisionVgg16Bn, buildVgg16 } from './vgg.js';

/** Builds one architecture's description; a pure function of the options. */
export type ArchitectureBuilder = (options: ArchitectureOptions) => NetworkDescription;

/** The reference architectures by the name that a description of theirs carries and that a command line takes. */
export const ARCHITECTURES: ReadonlyMap<string, ArchitectureBuilder> = new Map<string, ArchitectureBuilder>([
  ['small-vgg', buildSmallVgg],
  ['vgg16', buildVgg16],
  ['resnet18', buildResNet18],
  ['resnet20', buildResNet20],
  ['resnet32', buildResNet32],
  ['resnet44', buildResNet44],
  ['resnet56', buildResNet56],
  ['torchvision-vgg16', buildTorchvisionVgg16],
  ['torchvision-vgg16-bn', buildTorchvisionVgg16Bn],
]);

/**
 * Builds the architecture of that name.
 *
 * @throws RangeError if there is none, listing those there are; or as the builder does
 * @example
 * buildArchitecture('resnet20', { classes: 10 }).output; // 'logits'
 */
export function buildArchitecture(name: string, options: ArchitectureOptions): NetworkDescription {
  const builder = ARCHITECTURES.get(name);
  if (builder === undefined) {
    const known = [...ARCHITECTURES.keys()].join(', ');
    throw new RangeError(`buildArchitecture: name must be one of ${known}, got '${name}'.`);
  }
  return builder(options);
}
