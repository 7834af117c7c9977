import { Command, InvalidArgumentError, Option } from 'commander';
import {
  DATASET_DEFINITIONS,
  dataFolder,
  fetchDataset,
  IMAGENET,
  IMAGENET_REMEDY,
  listDatasets,
  verifyDataset,
  type FileDatasetName,
} from '@opi-snn/datasets';
import { makeFolder } from '@opi-snn/harness';
import { CommandError, UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { nearest } from '../nearest.js';
import { dataOption, jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';

interface DataOptions {
  readonly data?: string;
  readonly json?: true;
}

interface FetchCommandOptions extends DataOptions {
  readonly url?: string;
}

const FILE_DATASETS = Object.keys(DATASET_DEFINITIONS) as FileDatasetName[];

/** `opi data fetch|list|verify`: the official data sets on this machine. */
export function dataCommand(): Command {
  const data = new Command('data').description('Fetch, list and verify the official data sets.');
  data
    .command('fetch')
    .description('Download data sets from their official addresses, with resume and checksums.')
    .argument('<names...>', `which: ${FILE_DATASETS.join(', ')}`)
    .addOption(dataOption())
    .addOption(
      new Option(
        '--url <url>',
        'folder address of a mirror that has the same files (default: the official addresses)',
      ).argParser(webAddress),
    )
    .action(fetchNamed);
  data
    .command('list')
    .description('Show which data sets are there, and where.')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(list);
  data
    .command('verify')
    .description('Check every file against the official checksum.')
    .argument('[names...]', `which (default: all that are there): ${FILE_DATASETS.join(', ')}`)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(verify);
  return data;
}

async function fetchNamed(names: string[], options: FetchCommandOptions): Promise<void> {
  const folder = dataFolder(options.data).path;
  const chosen = known(names);
  await makeFolder(folder);
  for (const name of chosen) {
    const progress = startProgress(`fetch ${name}`, 100);
    try {
      await fetchDataset(name, folder, {
        address: options.url,
        signal: interruption(),
        onProgress: ({ received, total, file }) => {
          progress.update(total === undefined ? 0 : (100 * received) / total, file);
        },
      });
    } finally {
      progress.stop();
    }
    print(`${name}: complete in ${folder}`);
  }
}

async function list(options: DataOptions): Promise<void> {
  const found = await listDatasets(options.data);
  if (options.json) {
    printJson({ folder: dataFolder(options.data), datasets: found });
    return;
  }
  const { path, source } = dataFolder(options.data);
  print(`data folder: ${path} (${source})`);
  for (const { name, state, problems } of found) {
    const remedy = name === IMAGENET ? IMAGENET_REMEDY : `get it with: opi data fetch ${name}`;
    const hint = state === 'absent' ? `; ${remedy}` : '';
    print(`  ${name.padEnd(14)} ${state}${hint}`);
    if (state === 'partial')
      for (const problem of problems)
        print(
          `      ${problem.file}: ${problem.subject}, expected ${problem.expected}, found ${problem.found}`,
        );
  }
}

async function verify(names: string[], options: DataOptions): Promise<void> {
  const present = (await listDatasets(options.data)).filter(
    // Of ImageNet no checksums are published.
    ({ state, name }) => state !== 'absent' && name !== IMAGENET,
  );
  const chosen = names.length > 0 ? known(names) : (present.map((set) => set.name) as FileDatasetName[]);
  if (chosen.length === 0) {
    throw new CommandError(
      `no data set in ${dataFolder(options.data).path}. Fetch one with \`opi data fetch cifar-10\`, or name its folder with --data DIR.`,
    );
  }
  const results = [];
  for (const name of chosen) results.push(await verifyDataset(name, options.data));
  if (options.json) printJson(results);
  for (const result of options.json ? [] : results) {
    print(
      `${result.dataset}: ${result.ok ? 'every checksum agrees' : 'NOT as published'} (${result.folder})`,
    );
    for (const { file, subject, expected, found } of result.problems)
      print(`  ${file}: ${subject}: expected ${expected}, found ${found}`);
  }
  const broken = results.filter((result) => !result.ok);
  if (broken.length > 0) {
    const remedies = broken.map((result) => `opi data fetch ${result.dataset}`).join('`, `');
    throw new CommandError(
      `${broken.length} of ${results.length} data sets are not as published. Fetch them again: \`${remedies}\`.`,
    );
  }
}

function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new InvalidArgumentError(
    `It must be an address such as https://mirror.example/cifar/, got "${text}".`,
  );
}

function known(names: readonly string[]): FileDatasetName[] {
  const unknown = names.filter((name) => !(FILE_DATASETS as string[]).includes(name));
  if (unknown.length > 0) {
    const lines = unknown.map((name) => `unknown data set "${name}"${nearest(name, FILE_DATASETS)}`);
    throw new UsageError(`${lines.join('; ')}. Known: ${FILE_DATASETS.join(', ')}.`);
  }
  return names as FileDatasetName[];
}
