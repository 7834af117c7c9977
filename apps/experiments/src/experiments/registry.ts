import { ABLATION_EXPERIMENTS } from './ablation.js';
import { COMPARISONS } from './comparison.js';
import { CONSTANTS } from './constants.js';
import type { ExperimentDefinition } from './definition.js';
import { DELAY } from './delay.js';
import { EXPECTED_ERROR } from './expected-error.js';
import { FAMILY_EXPERIMENTS } from './family.js';
import {
  CIFAR10_RESNET20_BOUND_DECAY_POTENTIALS,
  CIFAR10_RESNET20_LONG_POTENTIALS,
  CIFAR10_RESNET20_POTENTIALS,
  CIFAR10_RESNET20_QCFS4_POTENTIALS,
  CIFAR10_RESNET20_QCFS_POTENTIALS,
  EMBEDDED_VGG_POTENTIALS,
  FURTHER_POTENTIALS,
} from './initial-potentials.js';
import { SCALING } from './scaling.js';

/** Everything that `opi reproduce` knows. A new one is a file in this folder and a line here. */
export const EXPERIMENTS: readonly ExperimentDefinition[] = [
  EMBEDDED_VGG_POTENTIALS,
  CIFAR10_RESNET20_POTENTIALS,
  CIFAR10_RESNET20_LONG_POTENTIALS,
  CIFAR10_RESNET20_BOUND_DECAY_POTENTIALS,
  CIFAR10_RESNET20_QCFS_POTENTIALS,
  CIFAR10_RESNET20_QCFS4_POTENTIALS,
  ...FURTHER_POTENTIALS,
  ...CONSTANTS,
  ...DELAY,
  ...SCALING,
  ...EXPECTED_ERROR,
  ...ABLATION_EXPERIMENTS,
  ...FAMILY_EXPERIMENTS,
  ...COMPARISONS,
];
