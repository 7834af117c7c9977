// Writes a spiking VGG-16 of full width with seeded weights, for measurements of memory and time:
//   node bench/write-vgg16.js FILE.safetensors [--data DIR] [--seed 1] [--density 0.1]
// It needs CIFAR-10 (--data or $OPI_DATA_DIR): its weights are balanced on four training images (balanced-vgg16.js).
import { parseArgs } from 'node:util';

import { loadDataset, NORMALIZATIONS, normalizeImages } from '../packages/datasets/dist/index.js';
import { saveNetwork } from '../packages/network/dist/index.js';
import { balancedVgg16 } from './balanced-vgg16.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: '1' },
    density: { type: 'string', default: '0.1' },
  },
});
if (positionals.length !== 1) throw new Error('write-vgg16: name one file to write');
const training = await loadDataset('cifar-10', 'train', { folder: values.data });
const preprocessing = NORMALIZATIONS['cifar-10'];
const images = new Float32Array(4 * 32 * 32 * 3);
normalizeImages(training, [0, 1, 2, 3], preprocessing, images);
const network = balancedVgg16(images, { seed: Number(values.seed), density: Number(values.density) });
const description = {
  ...network.description,
  preprocessing,
  provenance: { ...network.description.provenance, dataSet: 'cifar-10', trained: false },
};
await saveNetwork(positionals[0], { ...network, description });
