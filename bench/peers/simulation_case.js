// Cases of the comparison of simulations: one network file and one file of images, read by every program.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { convertWithMethod } from '../../packages/conversion/dist/index.js';
import { loadDataset, NORMALIZATIONS, normalizeImages } from '../../packages/datasets/dist/index.js';
import { loadNetwork, saveNetwork } from '../../packages/network/dist/index.js';
import { balancedVgg16 } from '../balanced-vgg16.js';

const checkpoint = (name) =>
  loadNetwork(fileURLToPath(new URL(`../../checkpoints/${name}`, import.meta.url)));

async function resnet20() {
  const ann = await checkpoint('resnet20-cifar10.safetensors');
  return { network: convertWithMethod(ann, 'opi').network, normalization: ann.description.preprocessing };
}

async function embedded() {
  const ann = await checkpoint('embedded-vgg.safetensors');
  return { network: convertWithMethod(ann, 'opi').network, normalization: ann.description.preprocessing };
}

/** Balanced on four training images. */
async function vgg16(folder) {
  const training = await loadDataset('cifar-10', 'train', { folder });
  const normalization = NORMALIZATIONS['cifar-10'];
  return { network: balancedVgg16(normalized(training, 4, normalization)), normalization, isTrained: false };
}

/** By name: the network, T, the data set, images unless told otherwise, and images for the slow reference. */
export const CASES = {
  'resnet20-t8': { make: resnet20, dataset: 'cifar-10', timeSteps: 8, images: 100, referenceImages: 4 },
  'resnet20-t32': { make: resnet20, dataset: 'cifar-10', timeSteps: 32, images: 100, referenceImages: 2 },
  'vgg16-t16': { make: vgg16, dataset: 'cifar-10', timeSteps: 16, images: 16, referenceImages: 1 },
  'embedded-t64': { make: embedded, dataset: 'shapes-10', timeSteps: 64, images: 100, referenceImages: 4 },
};

function normalized(dataset, images, normalization) {
  const [height, width, channels] = dataset.imageShape;
  const out = new Float32Array(images * height * width * channels);
  normalizeImages(
    dataset,
    Array.from({ length: images }, (_, i) => i),
    normalization,
    out,
  );
  return out;
}

/**
 * Writes a case into a folder: network.safetensors, images.f32 (normalised, [n, height, width, channels], little-endian)
 * and case.json (T, shape, labels).
 */
export async function writeCase(name, { folder, images: asked, data }) {
  const { make, dataset: datasetName, timeSteps, images: usual, referenceImages } = CASES[name];
  await mkdir(folder, { recursive: true });
  const dataset = await loadDataset(datasetName, 'test', { folder: data });
  const { network, normalization, isTrained = true } = await make(data);
  const images = Math.min(asked ?? usual, dataset.length);
  await saveNetwork(join(folder, 'network.safetensors'), network);
  await writeFile(join(folder, 'images.f32'), normalized(dataset, images, normalization));
  const labels = isTrained ? [...dataset.labels.subarray(0, images)] : null;
  const about = { name, timeSteps, images, imageShape: dataset.imageShape, referenceImages, labels };
  await writeFile(join(folder, 'case.json'), JSON.stringify(about));
  return about;
}
