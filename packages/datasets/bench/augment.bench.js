// Images per second of one core, augmented and normalised (CPU time, so that other processes hardly disturb it):
//   node bench/augment.bench.js [repetitions] > bench/augment.results.json
import { cpus } from 'node:os';
import { createHash } from 'node:crypto';
import {
  applyOperation,
  Augmenter,
  generateShapes,
  NORMALIZATIONS,
  operationMagnitude,
  paperAugmentation,
} from '@opi-snn/datasets';
import { CounterRandom } from '@opi-snn/theory';

const repetitions = Number(process.argv[2] ?? 9);
const IMAGES = 1280;
const SIZE = 32 * 32 * 3;
const { images, imageShape } = generateShapes('train', { length: IMAGES });
const paper = paperAugmentation('cifar-10');

const pipelines = {
  normalise: {},
  'crop+flip': { crop: 4, flip: true },
  'crop+flip+cutout': { crop: 4, flip: true, cutout: 16 },
  'crop+flip+autoAugment+cutout': paper,
};
const operations = [
  'shearX',
  'shearY',
  'translateX',
  'rotate',
  'color',
  'contrast',
  'brightness',
  'sharpness',
];
operations.push('posterize', 'solarize', 'autoContrast', 'equalize', 'invert');

function pipeline(augmentation) {
  const augmenter = new Augmenter(imageShape, augmentation, NORMALIZATIONS['cifar-10']);
  const out = new Float32Array(SIZE);
  return () => {
    const hash = createHash('sha256');
    for (let i = 0; i < IMAGES; i += 1)
      augmenter.augment(images.subarray(i * SIZE, (i + 1) * SIZE), new CounterRandom(1, 1, 0, i), out);
    return hash.update(out).digest('hex').slice(0, 8);
  };
}

function operation(name) {
  const image = { height: 32, width: 32, pixels: new Uint8Array(SIZE), scratch: new Uint8Array(SIZE) };
  return () => {
    for (let i = 0; i < IMAGES; i += 1) {
      image.pixels.set(images.subarray(i * SIZE, (i + 1) * SIZE));
      applyOperation(image, name, operationMagnitude(name, 5));
    }
    return createHash('sha256').update(image.pixels).digest('hex').slice(0, 8);
  };
}

const cases = [
  ...Object.entries(pipelines).map(([name, augmentation]) => [name, pipeline(augmentation)]),
  ...operations.map((name) => [name, operation(name)]),
];
const results = cases.map(([name, run]) => {
  const micros = [];
  let checksum = '';
  for (let r = -2; r < repetitions; r += 1) {
    const start = process.cpuUsage();
    checksum = run();
    const { user, system } = process.cpuUsage(start);
    if (r >= 0) micros.push((user + system) / IMAGES);
  }
  micros.sort((a, b) => a - b);
  const median = micros[repetitions >> 1];
  return {
    name,
    microsecondsAnImage: Number(median.toFixed(2)),
    imagesPerSecond: Math.round(1e6 / median),
    spread: `${micros[0].toFixed(2)}…${micros.at(-1).toFixed(2)}`,
    checksum,
  };
});
console.log(
  JSON.stringify(
    {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      cpu: cpus()[0].model,
      images: IMAGES,
      repetitions,
      results,
    },
    undefined,
    1,
  ),
);
