import type { InitialPotentialsDefinition } from './definition.js';

const TIME_STEPS = [1, 2, 4, 8, 16, 32, 64];

/** RQ1 for ResNet-20 on CIFAR-10, with the published OPI row beside it. */
export const CIFAR10_RESNET20: InitialPotentialsDefinition = {
  id: 'cifar10-resnet20',
  title: 'Initial potentials, ResNet-20 on CIFAR-10',
  question:
    'Does a start at θ/2 beat uniform-random, Gaussian-random and zero potentials at few time-steps (RQ1)?',
  dataset: 'cifar-10',
  datasetHash: '09a568793fe4cb4ec33f5a6d8a1cf9a66f1614509a8f92ca69e1dd618c11fe1e',
  checkpoint: 'resnet20-cifar10.safetensors',
  published: { dataset: 'cifar-10', network: 'resnet20', method: 'opi' },
  profiles: ['standard', 'full'],
  images: { quick: 1000, standard: 10_000, full: 10_000 },
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [...TIME_STEPS, 128, 256, 512] },
  seeds: { quick: [1], standard: [1], full: [1, 2, 3] },
  errorImages: 32,
};
