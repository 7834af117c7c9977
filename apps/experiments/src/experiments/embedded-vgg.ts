import type { InitialPotentialsDefinition } from './definition.js';

const TIME_STEPS = [1, 2, 4, 8, 16, 32, 64];

/** RQ1 on the generated images that need no download: the quick profile. */
export const EMBEDDED_VGG: InitialPotentialsDefinition = {
  id: 'embedded-vgg',
  title: 'Initial potentials, small VGG on the embedded images',
  question:
    'Does a start at θ/2 beat uniform-random, Gaussian-random and zero potentials at few time-steps (RQ1)?',
  dataset: 'shapes-10',
  checkpoint: 'embedded-vgg.safetensors',
  profiles: ['quick', 'standard', 'full'],
  images: { quick: 1000, standard: 2000, full: 2000 },
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [...TIME_STEPS, 128, 256, 512] },
  seeds: { quick: [1], standard: [1, 2, 3], full: [1, 2, 3, 4, 5] },
  errorImages: 32,
};
