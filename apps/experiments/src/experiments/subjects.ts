import type { SubjectDefinition } from './subject-definition.js';

/** The generated images that need no download, and the network trained on them. */
export const EMBEDDED_VGG: SubjectDefinition = {
  dataset: 'shapes-10',
  checkpoint: 'embedded-vgg.safetensors',
};

const CIFAR10_TEST = '09a568793fe4cb4ec33f5a6d8a1cf9a66f1614509a8f92ca69e1dd618c11fe1e';
const CIFAR100_TEST = 'dcece7bb9959a0a8010daf75e274b6cef721499cbc3a8d663555e8226c1d7805';

/** The committed ResNet-20 on the published CIFAR-10 images. */
export const CIFAR10_RESNET20: SubjectDefinition = {
  dataset: 'cifar-10',
  datasetHash: CIFAR10_TEST,
  checkpoint: 'resnet20-cifar10.safetensors',
  published: { dataset: 'cifar-10', network: 'resnet20' },
};

/** The same architecture trained with QCFS activations, L = 8. */
export const CIFAR10_RESNET20_QCFS: SubjectDefinition = trainedFurther(
  'qcfs8',
  '--epochs 5 --learning-rate 0.02 --bound-decay 1e-3 --activation qcfs --levels 8 --seed 44',
);

/** The clip network again, its bounds drawn in by a strong decay and trained on from there. */
export const CIFAR10_RESNET20_BOUND_DECAY: SubjectDefinition = trainedFurther(
  'bound-decay',
  '--epochs 5 --learning-rate 0.04 --bound-decay 3e-2 --seed 48',
  '--epochs 7 --learning-rate 0.04 --bound-decay 1e-2 --seed 49',
);

/** The clip network trained for 90 more epochs, in PyTorch; `provide` needs its requirements and the data in DIR. */
export const CIFAR10_RESNET20_LONG: SubjectDefinition = {
  ...CIFAR10_RESNET20,
  checkpoint: 'resnet20-cifar10-long.safetensors',
  provide:
    '(cd examples/pytorch && python train.py resnet20 --data-set cifar-10 --data DIR --epochs 90 --precision bf16 ' +
    '--no-auto-augment --cutout 0 --bound-decay 1.5e-3 --seed 51 --test-every 0 ' +
    '--from ../../checkpoints/resnet20-cifar10.safetensors --out runs/resnet20-cifar10-long) && ' +
    'cp examples/pytorch/runs/resnet20-cifar10-long/network.safetensors checkpoints/resnet20-cifar10-long.safetensors',
};

/** QCFS with L = 4, as in the published CIFAR-10 tables. */
export const CIFAR10_RESNET20_QCFS4: SubjectDefinition = trainedFurther(
  'qcfs4',
  '--epochs 9 --learning-rate 0.04 --bound-decay 1e-3 --activation qcfs --levels 4 --seed 45',
);

/** An ordinary network, whose thresholds have to be measured: the same architecture with ReLUs. */
export const CIFAR10_RESNET20_RELU: SubjectDefinition = trainedFurther(
  'relu',
  '--epochs 4 --learning-rate 0.02 --activation relu --seed 47',
);

/** The paper's other networks, none of which is committed. */
export const CIFAR10_VGG16: SubjectDefinition = trained('vgg16', 'cifar-10', CIFAR10_TEST);
export const CIFAR10_RESNET18: SubjectDefinition = trained('resnet18', 'cifar-10', CIFAR10_TEST);
export const CIFAR100_VGG16: SubjectDefinition = trained('vgg16', 'cifar-100', CIFAR100_TEST);
export const CIFAR100_RESNET20: SubjectDefinition = trained('resnet20', 'cifar-100', CIFAR100_TEST);
export const CIFAR100_RESNET18: SubjectDefinition = trained('resnet18', 'cifar-100', CIFAR100_TEST);

/**
 * VGG-16 on ImageNet's validation images; which network lies under that name decides the conversion: trained bounds as they
 * are, the ReLUs of torchvision's by measured thresholds.
 */
export const IMAGENET_VGG16: SubjectDefinition = {
  dataset: 'imagenet',
  checkpoint: 'vgg16-imagenet.safetensors',
  provide:
    'opi import vgg16-397923af.pth --architecture torchvision-vgg16 --data-set imagenet --out checkpoints/vgg16-imagenet.safetensors',
  published: { dataset: 'imagenet', network: 'vgg16' },
};

/** The committed ResNet-20, trained further, in one cycle of the schedule or several. */
function trainedFurther(suffix: string, ...cycles: readonly string[]): SubjectDefinition {
  const name = `resnet20-cifar10-${suffix}`;
  const folders = cycles.map((_, i) => (i === cycles.length - 1 ? name : `${name}-${i + 1}`));
  const commands = cycles.map((options, i) => {
    const from =
      i === 0 ? 'checkpoints/resnet20-cifar10.safetensors' : `${folders[i - 1]!}/network.safetensors`;
    return `opi train resnet20 --data-set cifar-10 --recipe short ${options} --from ${from} --out ${folders[i]!}`;
  });
  const copy = `cp ${name}/network.safetensors checkpoints/${name}.safetensors`;
  return {
    ...CIFAR10_RESNET20,
    checkpoint: `${name}.safetensors`,
    provide: [...commands, copy].join(' && '),
  };
}

/** A network that the published recipe makes of a reference architecture. */
function trained(network: string, dataset: 'cifar-10' | 'cifar-100', datasetHash: string): SubjectDefinition {
  const name = `${network}-${dataset.replace('-', '')}`;
  return {
    dataset,
    datasetHash,
    checkpoint: `${name}.safetensors`,
    provide:
      `opi train ${network} --data-set ${dataset} --recipe paper --out ${name} && ` +
      `cp ${name}/network.safetensors checkpoints/${name}.safetensors`,
    published: { dataset, network },
  };
}
