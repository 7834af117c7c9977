import { INITIAL_POTENTIALS } from '@opi-snn/conversion';
import { describeInitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import { judgeInitialPotentials } from './findings.js';
import type { SeriesPlan } from './series-plan.js';
import { METHOD } from './subject.js';
import {
  CIFAR10_RESNET18,
  CIFAR10_RESNET20,
  CIFAR10_RESNET20_BOUND_DECAY,
  CIFAR10_RESNET20_LONG,
  CIFAR10_RESNET20_QCFS,
  CIFAR10_RESNET20_QCFS4,
  CIFAR10_VGG16,
  CIFAR100_RESNET18,
  CIFAR100_RESNET20,
  CIFAR100_VGG16,
  EMBEDDED_VGG,
  IMAGENET_VGG16,
} from './subjects.js';

/** The potentials of RQ1, the optimal one first. */
const POTENTIALS = ['half', 'uniform', 'normal', 'zero'] as const;
const TIME_STEPS = [1, 2, 4, 8, 16, 32, 64];

const RQ1 = {
  group: 'potentials',
  question:
    'Does a start at θ/2 beat uniform-random, Gaussian-random and zero potentials at few time-steps (RQ1)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [...TIME_STEPS, 128, 256, 512] },
  errorImages: 32,
  firstSpikes: true,
  plan: planPotentials,
  judge: judgeInitialPotentials,
} as const;

/** RQ1 on the generated images that need no download: the quick profile. */
export const EMBEDDED_VGG_POTENTIALS: ExperimentDefinition = {
  ...RQ1,
  id: 'embedded-vgg',
  title: 'Initial potentials, small VGG on the embedded images',
  subject: EMBEDDED_VGG,
  profiles: ['quick', 'standard', 'full'],
  images: { quick: 1000, standard: 2000, full: 2000 },
  seeds: { quick: [1], standard: [1, 2, 3], full: [1, 2, 3, 4, 5] },
};

/** RQ1 for ResNet-20 on CIFAR-10, with the published OPI row beside it. */
export const CIFAR10_RESNET20_POTENTIALS: ExperimentDefinition = {
  ...RQ1,
  id: 'cifar10-resnet20',
  title: 'Initial potentials, ResNet-20 on CIFAR-10',
  subject: CIFAR10_RESNET20,
  profiles: ['standard', 'full'],
  images: { quick: 1000, standard: 10_000, full: 10_000 },
  seeds: { quick: [1], standard: [1], full: [1, 2, 3] },
};

/** The size of a table on CIFAR. */
const CIFAR = {
  profiles: ['standard', 'full'],
  images: { quick: 1000, standard: 10_000, full: 10_000 },
  seeds: { quick: [1], standard: [1], full: [1, 2, 3] },
} as const;

/** RQ1 for networks trained for θ/2, with the published QCFS row (L = 4) beside them. */
export const CIFAR10_RESNET20_QCFS_POTENTIALS: ExperimentDefinition = {
  ...RQ1,
  ...CIFAR,
  id: 'cifar10-resnet20-qcfs',
  title: 'Initial potentials, QCFS ResNet-20 (L = 8) on CIFAR-10',
  subject: CIFAR10_RESNET20_QCFS,
};

/** As {@link CIFAR10_RESNET20_QCFS_POTENTIALS}, with the published number of levels. */
export const CIFAR10_RESNET20_QCFS4_POTENTIALS: ExperimentDefinition = {
  ...RQ1,
  ...CIFAR,
  id: 'cifar10-resnet20-qcfs4',
  title: 'Initial potentials, QCFS ResNet-20 (L = 4) on CIFAR-10',
  subject: CIFAR10_RESNET20_QCFS4,
};

/** RQ1 for the clip network with narrower bounds: what of the difference from the published row is due to them. */
export const CIFAR10_RESNET20_BOUND_DECAY_POTENTIALS: ExperimentDefinition = {
  ...RQ1,
  ...CIFAR,
  id: 'cifar10-resnet20-bound-decay',
  title: 'Initial potentials, ResNet-20 with narrower bounds on CIFAR-10',
  subject: CIFAR10_RESNET20_BOUND_DECAY,
};

/** RQ1 for the clip network whose training comes closest to the published length. */
export const CIFAR10_RESNET20_LONG_POTENTIALS: ExperimentDefinition = {
  ...RQ1,
  ...CIFAR,
  id: 'cifar10-resnet20-long',
  title: 'Initial potentials, ResNet-20 trained for 128 epochs on CIFAR-10',
  subject: CIFAR10_RESNET20_LONG,
};

/** RQ1 for the networks of the paper whose checkpoints are not committed. */
export const FURTHER_POTENTIALS: readonly ExperimentDefinition[] = [
  {
    ...RQ1,
    ...CIFAR,
    id: 'cifar10-vgg16',
    title: 'Initial potentials, VGG-16 on CIFAR-10',
    subject: CIFAR10_VGG16,
  },
  {
    ...RQ1,
    ...CIFAR,
    id: 'cifar10-resnet18',
    title: 'Initial potentials, ResNet-18 on CIFAR-10',
    subject: CIFAR10_RESNET18,
  },
  {
    ...RQ1,
    ...CIFAR,
    id: 'cifar100-vgg16',
    title: 'Initial potentials, VGG-16 on CIFAR-100',
    subject: CIFAR100_VGG16,
  },
  {
    ...RQ1,
    ...CIFAR,
    id: 'cifar100-resnet20',
    title: 'Initial potentials, ResNet-20 on CIFAR-100',
    subject: CIFAR100_RESNET20,
  },
  {
    ...RQ1,
    ...CIFAR,
    id: 'cifar100-resnet18',
    title: 'Initial potentials, ResNet-18 on CIFAR-100',
    subject: CIFAR100_RESNET18,
  },
  {
    ...RQ1,
    id: 'imagenet-vgg16',
    title: 'Initial potentials, VGG-16 on ImageNet',
    subject: IMAGENET_VGG16,
    profiles: ['standard', 'full'],
    images: { quick: 16, standard: 1000, full: 10_000 },
    seeds: { quick: [1], standard: [1], full: [1] },
    errorImages: 4,
    remarks: imagenetRemarks,
  },
];

/** What a reader has to know of the images, and of a network that was not trained for conversion. */
export function imagenetRemarks({ subject: { method, dataset } }: ExperimentContext): string[] {
  const loaded = `The first ${dataset.length} validation images by file name; the pixels of all of them are held in memory.`;
  if (method === METHOD) return [loaded];
  return [
    loaded,
    'The network has ReLUs and maximum pooling (torchvision): thresholds are percentiles of training activations ' +
      `(${method}), and maxima are gated by rate. The published row is of a network with trained bounds and average pooling.`,
  ];
}

function planPotentials({ subject }: ExperimentContext): Promise<SeriesPlan[]> {
  const plans = POTENTIALS.map((id): SeriesPlan => {
    const initialPotential = INITIAL_POTENTIALS[id];
    const label = describeInitialPotential(initialPotential);
    return { id, label, method: subject.method, initialPotential, network: subject.snn, parameters: {} };
  });
  return Promise.resolve(plans);
}
