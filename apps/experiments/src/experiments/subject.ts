import { join } from 'node:path';
import { convertWithMethod, hashNetwork, type MethodName } from '@opi-snn/conversion';
import { loadDataset, normalizeImages, type Dataset, type Normalization } from '@opi-snn/datasets';
import { loadNetwork, type Network } from '@opi-snn/network';
import type { ImageSource } from '@opi-snn/simulation';
import { checkpointPath } from '../checkpoint.js';
import { CommandError } from '../failure.js';
import { CHECKPOINTS } from '../workspace.js';
import type { SubjectDefinition } from './definition.js';

/** What an experiment is about, loaded: the ANN, the SNN converted from it, and the test images. */
export interface Subject {
  readonly ann: Network;
  readonly annHash: string;
  readonly snn: Network;
  readonly dataset: Dataset;
  readonly normalization: Normalization;
  readonly images: ImageSource;
}

/** The conversion preset of the experiments on initial potentials. */
export const METHOD: MethodName = 'opi';

/**
 * Loads and converts what an experiment needs.
 *
 * @throws CommandError if the checkpoint is missing or does not say how images are normalised, or if the images are not
 *   the published ones
 * @throws DatasetError if the images are not there
 */
export async function loadSubject(
  definition: SubjectDefinition,
  folder: string | undefined,
): Promise<Subject> {
  const path = checkpointPath(join(CHECKPOINTS, definition.checkpoint));
  const dataset = await loadDataset(definition.dataset, 'test', { folder });
  assertPublished(definition, dataset, folder);
  const ann = await loadNetwork(path);
  const normalization = ann.description.preprocessing;
  if (normalization === undefined) {
    throw new CommandError(
      `${path} does not say how images are normalised; train it again with \`opi train\`.`,
    );
  }
  return {
    ann,
    annHash: hashNetwork(ann),
    snn: convertWithMethod(ann, METHOD).network,
    dataset,
    normalization,
    images: imageSource(dataset, normalization),
  };
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
