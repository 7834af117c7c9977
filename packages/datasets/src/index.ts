export type { Dataset, Labels, Normalization } from './dataset.js';
export { createDataset, firstImages } from './create-dataset.js';
export { DatasetError, type DatasetProblem } from './dataset-error.js';
export type { DatasetDefinition, DatasetDownload, DatasetFile, LabelSet } from './definition.js';
export { dataFolder, datasetFolder, type DataFolder } from './data-folder.js';
export { DATASET_DEFINITIONS, type FileDatasetName } from './registry.js';
export { loadImageFolder, type ImageFolderOptions } from './load-image-folder.js';
export { IMAGENET_SIZE, type ImageSize } from './image-size.js';
export { IMAGENET, IMAGENET_REMEDY } from './imagenet.js';
export { DATASET_NAMES, loadDataset, type DatasetName, type LoadOptions } from './load.js';
export type { DatasetPresence } from './dataset-presence.js';
export { listDatasets, verifyDataset, type Verification, type VerifiedFile } from './verify.js';
export { Augmenter, paperAugmentation, type Augmentation } from './augment.js';
export { applyOperation, autoAugment } from './auto-augment.js';
export {
  CIFAR10_POLICY,
  isSigned,
  operationMagnitude,
  type OperationName,
  type PolicyStep,
  type SubPolicy,
} from './auto-augment-policy.js';
export type { WorkingImage } from './geometric-operations.js';
export {
  batchesPerEpoch,
  trainingBatches,
  type TrainingBatch,
  type TrainingBatchesOptions,
} from './training-batches.js';
export { BatchPrefetcher, type PrefetchOptions } from './batch-prefetcher.js';
export { NORMALIZATIONS, normalizationTable, normalizeImages } from './normalization.js';
export {
  DEFAULT_SHAPES_LENGTH,
  DEFAULT_SHAPES_SEED,
  EMBEDDED_DATASET,
  generateShapes,
  renderShapesImage,
  SHAPES_CLASSES,
  shapesLabel,
  type ShapesOptions,
} from './shapes.js';
export { DownloadError, type DownloadOptions, type DownloadProgress } from './download.js';
export { fetchDataset, type FetchedDataset, type FetchOptions } from './fetch-dataset.js';
