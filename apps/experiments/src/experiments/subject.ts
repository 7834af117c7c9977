import {
  convertWithMethod,
  hashNetwork,
  measureStatistics,
  type MethodName,
  type MethodOptions,
} from '@opi-snn/conversion';
import { IMAGENET, loadDataset, normalizeImages, type Dataset, type Normalization } from '@opi-snn/datasets';
import { inferShapes, loadNetwork, type Network } from '@opi-snn/network';
import type { ImageSource } from '@opi-snn/simulation';
import { checkpointPath, normalizationOf } from '../checkpoint.js';
import { CommandError } from '../failure.js';
import { experimentCheckpoint } from '../workspace.js';
import type { SubjectDefinition } from './subject-definition.js';

/** What an experiment is about, loaded: the ANN, the SNN converted from it, and the test images. */
export interface Subject {
  readonly ann: Network;
  readonly annHash: string;
  readonly snn: Network;
  /** How {@link snn} was made of it. */
  readonly method: MethodName;
  readonly dataset: Dataset;
  readonly normalization: Normalization;
  readonly images: ImageSource;
}

/** The conversion preset of the experiments on initial potentials, for networks with trained clips. */
export const METHOD: MethodName = 'opi';

/** Conversion of networks without trained bounds, such as those of torchvision. */
const METHOD_WITHOUT_BOUNDS: MethodName = 'robust-norm';
/** Training images that the thresholds of such a network are measured on. */
const STATISTICS_IMAGES = 32;

/**
 * Loads and converts what an experiment needs.
 *
 * @param images test images that are needed; a data set too large for memory is loaded no further
 * @throws CommandError if the checkpoint is missing, or if the images are not the published ones
 * @throws UsageError if the checkpoint does not say how images are normalised
 * @throws DatasetError if the images are not there
 */
export async function loadSubject(
  definition: SubjectDefinition,
  folder: string | undefined,
  images: number,
): Promise<Subject> {
  const path = checkpointPath(experimentCheckpoint(definition.checkpoint));
  const length = definition.dataset === IMAGENET ? { length: images } : {};
  const dataset = await loadDataset(definition.dataset, 'test', { folder, ...length });
  assertPublished(definition, dataset, folder);
  const ann = await loadNetwork(path);
  const normalization = normalizationOf(ann, path);
  assertClasses(ann, dataset, path);
  const method = methodFor(ann);
  const isMeasured = method === METHOD_WITHOUT_BOUNDS;
  const options = isMeasured ? await measuredOptions(ann, normalization, definition, folder) : {};
  return {
    ann,
    annHash: hashNetwork(ann),
    snn: convertWithMethod(ann, method, options).network,
    method,
    dataset,
    normalization,
    images: imageSource(dataset, normalization),
  };
}

/** The conversion that a network was trained for. */
function methodFor({ description: { nodes } }: Network): MethodName {
  if (nodes.some(({ op }) => op === 'relu')) return METHOD_WITHOUT_BOUNDS;
  return nodes.some(({ op }) => op === 'qcfs') ? 'qcfs' : METHOD;
}

/** A ReLU network: thresholds from the first training images; a maximum pooling passes on the largest rate. */
async function measuredOptions(
  ann: Network,
  normalization: Normalization,
  { dataset }: SubjectDefinition,
  folder: string | undefined,
): Promise<MethodOptions> {
  const length = dataset === IMAGENET ? { length: STATISTICS_IMAGES } : {};
  const training = await loadDataset(dataset, 'train', { folder, ...length });
  const count = Math.min(STATISTICS_IMAGES, training.length);
  const indices = Array.from({ length: count }, (_, i) => i);
  const images = normalizeImages(training, indices, normalization);
  return { statistics: measureStatistics(ann, { images }), maxPool: 'rate-gated' };
}

function assertClasses({ description }: Network, { classes, name }: Dataset, path: string): void {
  const logits = inferShapes(description).get(description.output)!.at(-1)!;
  if (classes.length <= logits) return;
  throw new CommandError(
    `${path} must have an output for each of the ${classes.length} classes of ${name}, got ${logits}.`,
  );
}

function assertPublished(
  { dataset: name, datasetHash }: SubjectDefinition,
  { hash }: Dataset,
  folder: string | undefined,
): void {
  if (datasetHash === undefined || hash === datasetHash) return;
  const data = folder === undefined ? '' : ` --data ${folder}`;
  throw new CommandError(
    `the test images of ${name} must be the published ones, with checksum ${datasetHash}, got ${hash}. ` +
      `\`opi data verify ${name}${data}\` says which file differs; \`opi data fetch ${name}\` gets them again.`,
  );
}

/** The images of a data set as the simulator reads them: normalised batch by batch. */
export function imageSource(dataset: Dataset, normalization: Normalization): ImageSource {
  return {
    length: dataset.length,
    imageShape: dataset.imageShape,
    read: (indices, out) => {
      normalizeImages(dataset, indices, normalization, out);
    },
  };
}
