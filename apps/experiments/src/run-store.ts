import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { openArtifactStore, type ArtifactStore, type Damage } from '@opi-snn/harness';
import { CommandError } from './failure.js';
import { DEFAULT_OUTPUT } from './workspace.js';

/** `--out DIR`. */
export const outOption = (): Option =>
  new Option('--out <dir>', 'folder of runs, results and report').default(DEFAULT_OUTPUT);

/** `--store ADDRESS`: where finished work is kept. */
export const storeOption = (): Option =>
  new Option(
    '--store <address>',
    'finished work: a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=NAME (default: "store" in --out)',
  ).env('OPI_STORE');

/** Which store, as typed. */
interface StoreChoice {
  readonly store?: string;
  readonly out: string;
}

/**
 * {@link openRunStore} for those who only look after it: nothing is made of a mistyped name.
 *
 * @throws CommandError if there is no such folder
 */
export async function openExistingStore(choice: StoreChoice): Promise<ArtifactStore> {
  const folder = choice.store ?? join(choice.out, 'store');
  if (!folder.startsWith('s3://') && !existsSync(folder)) {
    throw new CommandError(
      `there is no store in ${folder}. Name its folder with --store, or the --out of the run that made it.`,
    );
  }
  return openRunStore(choice);
}

/** Opens the store that the options name; damaged entries are told on standard error and made again. */
export async function openRunStore({ store, out }: StoreChoice): Promise<ArtifactStore> {
  const onDamage = ({ folder, problems }: Damage): void => {
    process.stderr.write(`opi: ${folder} is damaged and will be made again: ${problems.join('; ')}\n`);
  };
  if (store?.startsWith('s3://') === true) {
    // The client is large: loaded only where a bucket is named.
    const { openS3Store } = await import('@opi-snn/harness/s3-store');
    return openS3Store(store, { onDamage });
  }
  return openArtifactStore(store ?? join(out, 'store'), { onDamage });
}
