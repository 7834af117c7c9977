import type { SubjectDefinition } from './definition.js';

/** The generated images that need no download, and the network trained on them. */
export const EMBEDDED_VGG: SubjectDefinition = {
  dataset: 'shapes-10',
  checkpoint: 'embedded-vgg.safetensors',
};

/** The committed ResNet-20 on the published CIFAR-10 images. */
export const CIFAR10_RESNET20: SubjectDefinition = {
  dataset: 'cifar-10',
  datasetHash: '09a568793fe4cb4ec33f5a6d8a1cf9a66f1614509a8f92ca69e1dd618c11fe1e',
  checkpoint: 'resnet20-cifar10.safetensors',
  published: { dataset: 'cifar-10', network: 'resnet20' },
};
