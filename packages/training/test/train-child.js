// A training run in a process of its own, to be killed:  node train-child.js FOLDER BACKEND
// Resumes whatever stands in the folder, saves after every step, prints `step N` after each, and at last the hash of
// the network.
import { createHash } from 'node:crypto';
import { loadDataset, NORMALIZATIONS } from '@opi-snn/datasets';
import { buildSmallVgg, encodeNetwork } from '@opi-snn/network';
import { shortRecipe, trainNetwork } from '@opi-snn/training';

const [folder, backend] = process.argv.slice(2);
const train = await loadDataset('shapes-10', 'train', { length: 80 });
const recipe = { ...shortRecipe(NORMALIZATIONS['shapes-10'], 1), epochs: 3, batchSize: 16 };
const { network } = await trainNetwork({
  description: buildSmallVgg({ classes: 10, blocks: [[4], [8]] }),
  recipe,
  train,
  folder,
  backend,
  resume: true,
  checkpointIntervalMs: 0,
  onProgress: ({ epoch, step }) => {
    process.stdout.write(`step ${epoch * 5 + step}\n`);
  },
});
const hash = createHash('sha256').update(encodeNetwork(network)).digest('hex');
process.stdout.write(`hash ${hash}\n`);
