import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { loadNetwork, type Network } from '@opi-snn/network';
import { DATASET_NAMES, type DatasetName, type Normalization } from '@opi-snn/datasets';
import { CommandError, UsageError } from './failure.js';
import { CHECKPOINTS } from './workspace.js';

/**
 * Path of a checkpoint: as given, else a committed one by file name with or without `.safetensors`.
 *
 * @throws CommandError naming the places that were looked at
 */
export function checkpointPath(given: string): string {
  const places = [
    given,
    ...(isAbsolute(given) ? [] : [join(CHECKPOINTS, given), join(CHECKPOINTS, `${given}.safetensors`)]),
  ];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    throw new CommandError(
      `checkpoint ${given}: no such file (looked at ${places.join(', ')}). Train one with \`opi train\`.`,
    );
  }
  return found;
}

/** Reads the checkpoint at {@link checkpointPath}. */
export async function loadCheckpoint(
  given: string,
): Promise<{ readonly path: string; readonly network: Network }> {
  const path = checkpointPath(given);
  return { path, network: await loadNetwork(path) };
}

/**
 * The data set that a network is for: as asked, else the one it was trained on according to its provenance.
 *
 * @throws UsageError if neither says
 */
export function datasetOf(network: Network, asked: DatasetName | undefined): DatasetName {
  const recorded = network.description.provenance?.['dataSet'];
  const name = asked ?? DATASET_NAMES.find((known) => known === recorded);
  if (name === undefined) {
    throw new UsageError(
      `the checkpoint does not say which data set it is for; name it with --data-set (${DATASET_NAMES.join(', ')}).`,
    );
  }
  return name;
}

/**
 * How raw images become what a network takes.
 *
 * @param path what the message calls the network
 * @throws UsageError if the network does not say
 */
export function normalizationOf({ description }: Network, path = 'the checkpoint'): Normalization {
  if (description.preprocessing !== undefined) return description.preprocessing;
  throw new UsageError(
    `${path} does not say how images are normalised, so nothing can be run on images. Train it with \`opi train\`, or ` +
      'import it with --data-set, or --mean and --std.',
  );
}

/** Whether a network spikes. */
export function isSpiking({ description }: Network): boolean {
  return description.nodes.some((node) => node.op === 'integrate-and-fire');
}
