import { parentPort, workerData } from 'node:worker_threads';
import type { Dataset } from './dataset.js';
import {
  BatchMaker,
  type ChosenBatch,
  type TrainingBatch,
  type TrainingBatchesOptions,
} from './training-batches.js';

/** What the thread works on, all its life: the images lie in shared memory. */
export type WorkerDataset = Pick<Dataset, 'images' | 'labels' | 'imageShape'>;

/** One batch to make. */
export interface BatchOrder extends ChosenBatch {
  readonly options: Pick<TrainingBatchesOptions, 'seed' | 'epoch' | 'augmentation' | 'normalization'>;
}

/** The batch, or why it could not be made; answers come in the order of the orders. */
export type BatchAnswer = { readonly batch: TrainingBatch } | { readonly error: Error };

const dataset = workerData as WorkerDataset;
const port = parentPort!;

port.on('message', ({ index, chosen, options }: BatchOrder) => {
  try {
    const batch = new BatchMaker(dataset, options).make(index, chosen);
    port.postMessage({ batch } satisfies BatchAnswer, [batch.images.buffer]);
  } catch (error) {
    port.postMessage({ error: error as Error } satisfies BatchAnswer);
  }
});
