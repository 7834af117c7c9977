import { normalizeImages, type Dataset, type Normalization } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { selectBackend, type BackendName, type SelectedBackend } from './backend.js';
import { TrainableNetwork } from './trainable-network.js';

/** Options of {@link evaluateNetwork}. */
export interface EvaluateOptions {
  readonly normalization: Normalization;
  /** First image; default 0. */
  readonly from?: number | undefined;
  /** Number of images from there; default all. */
  readonly images?: number | undefined;
  /** Images a batch; default 100. The last bits of the logits may depend on it. */
  readonly batchSize?: number | undefined;
  readonly backend?: 'auto' | BackendName | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Answers of an ANN. */
export interface Evaluation {
  /** [images, classes] */
  readonly logits: Float32Array;
  /** [images], arg-max of the logits, the first index wins a tie. */
  readonly predictions: Uint16Array;
  readonly correct: number;
  readonly images: number;
  /** Backends differ in the last bits of the logits. */
  readonly backend: BackendName;
}

/** Answers of an ANN (inference mode) on the first images of a data set. */
export async function evaluateNetwork(
  network: Network,
  dataset: Dataset,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const backend = await selectBackend(options.backend ?? 'auto');
  const model = new TrainableNetwork(backend.tf, network.description, network.tensors);
  try {
    return await evaluateModel(model, dataset, options, backend);
  } finally {
    model.dispose();
  }
}

/** @internal {@link evaluateNetwork} with variables that exist already. */
export async function evaluateModel(
  model: TrainableNetwork,
  dataset: Dataset,
  options: Omit<EvaluateOptions, 'backend'>,
  backend: SelectedBackend,
): Promise<Evaluation> {
  const { normalization, batchSize = 100, onProgress, signal } = options;
  const first = options.from ?? 0;
  const images = Math.min(options.images ?? dataset.length, dataset.length - first);
  const predictions = new Uint16Array(images);
  const chunks: Float32Array[] = [];
  for (let from = 0; from < images; from += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, images - from);
    const pixels = normalizeImages(
      dataset,
      Array.from({ length: count }, (_, i) => first + from + i),
      normalization,
    );
    const logits = backend.tf.tidy(() => {
      const input = backend.tf.tensor4d(pixels, [count, ...dataset.imageShape]);
      return model.forward(input);
    });
    const values = (await logits.data()) as Float32Array;
    logits.dispose();
    chunks.push(values);
    predictions.set(argMaxRows(values, count), from);
    onProgress?.(from + count, images);
    // On the wasm backend nothing above waits: give timers, signals and messages of other threads their turn.
    await backend.tf.nextFrame();
  }
  const correct = predictions.reduce(
    (sum, answer, i) => sum + (answer === dataset.labels[first + i] ? 1 : 0),
    0,
  );
  return { logits: concatenate(chunks), predictions, correct, images, backend: backend.name };
}

function argMaxRows(values: Float32Array, rows: number): Uint16Array {
  const columns = values.length / rows;
  return Uint16Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let c = 1; c < columns; c += 1)
      if (values[row * columns + c]! > values[row * columns + best]!) best = c;
    return best;
  });
}

function concatenate(chunks: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
