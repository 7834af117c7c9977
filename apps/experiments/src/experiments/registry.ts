import { CIFAR10_RESNET20 } from './cifar10-resnet20.js';
import type { InitialPotentialsDefinition } from './definition.js';
import { EMBEDDED_VGG } from './embedded-vgg.js';

/** Every table that `opi reproduce` knows. A new one is a file in this folder and a line here. */
export const EXPERIMENTS: readonly InitialPotentialsDefinition[] = [EMBEDDED_VGG, CIFAR10_RESNET20];
