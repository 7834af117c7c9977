import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { loadResult, type ExperimentResult, type RunRecord } from '@opi-snn/harness';
import { followRun, type Link, type ProvenanceChain } from '../experiments/provenance.js';
import { CommandError, UsageError } from '../failure.js';
import { dataOption, jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { openRunStore, outOption, storeOption } from '../run-store.js';
import { COMMITTED_RESULTS } from '../workspace.js';

interface ProvenanceOptions {
  readonly out: string;
  readonly store?: string;
  readonly data?: string;
  readonly json?: true;
}

/** `opi provenance RUN`: from a number back to checkpoint, data checksum and commit. */
export function provenanceCommand(): Command {
  return new Command('provenance')
    .description('Follow a number back to checkpoint, data and code, and check every link that is here.')
    .argument(
      '<run>',
      'EXPERIMENT/SERIES such as embedded-vgg/half, or the first digits of a run address or prediction hash',
    )
    .argument('[results...]', 'result files (default: those in --out, then the committed ones)')
    .addOption(outOption())
    .addOption(storeOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(provenance);
}

async function provenance(run: string, files: string[], options: ProvenanceOptions): Promise<void> {
  const { path, result, record } = await findRun(
    run,
    files.length > 0 ? files : await knownResults(options.out),
  );
  const store = await openRunStore(options);
  const chain = await followRun(basename(path), result, record, { store, data: options.data });
  if (options.json) printJson(chain);
  else show(chain);
  const broken = [...links(chain), ...chain.jobs].filter(({ state }) => state === 'broken');
  if (broken.length > 0) {
    throw new CommandError(`the chain is broken: ${broken.map(({ text }) => text).join('; ')}.`);
  }
}

async function knownResults(out: string): Promise<string[]> {
  const lists = [join(out, 'results'), COMMITTED_RESULTS].map(async (folder) => {
    const names = await readdir(folder).catch((): string[] => []);
    return names
      .filter((name) => name.endsWith('.json') && name !== 'pins.json')
      .sort()
      .map((name) => join(folder, name));
  });
  return (await Promise.all(lists)).flat();
}

interface FoundRun {
  readonly path: string;
  readonly result: ExperimentResult;
  readonly record: RunRecord;
}

async function findRun(run: string, paths: readonly string[]): Promise<FoundRun> {
  for (const path of paths) {
    const result = await loadResult(path);
    const record = recordIn(result, run);
    if (record === undefined) continue;
    return { path, result, record };
  }
  throw new UsageError(
    `no result has a run ${run}; looked at ${paths.map((path) => basename(path)).join(', ') || 'nothing: there are no results'}. Name it as EXPERIMENT/SERIES, or by its address or prediction hash.`,
  );
}

/** Fewest digits by which a hash is meant. */
const SHORTEST_PREFIX = 8;

/** The record that is meant; of an early result without records, one without jobs. */
function recordIn({ measurement, runs }: ExperimentResult, run: string): RunRecord | undefined {
  const { experiment, series } = measurement;
  const all = series.flatMap((one) =>
    one.runs.map(({ address, predictionHash }) => ({
      id: `${experiment.id}/${one.id}`,
      address,
      predictionHash,
    })),
  );
  const isMeant = (hash: string): boolean => run.length >= SHORTEST_PREFIX && hash.startsWith(run);
  const named = all.find(
    ({ id, address, predictionHash }) => id === run || isMeant(address) || isMeant(predictionHash),
  );
  const direct = runs?.find(
    ({ address, predictionHash }) =>
      address === named?.address || isMeant(address) || isMeant(predictionHash),
  );
  if (direct !== undefined || named === undefined) return direct;
  return { address: named.address, predictionHash: named.predictionHash, spec: null, shards: [] };
}

function links({ spec, predictions, checkpoint, data, run }: ProvenanceChain): Link[] {
  return [...(run.spec === null ? [] : [spec]), predictions, checkpoint, data];
}

const MARKS: Readonly<Record<Link['state'], string>> = { holds: '✓', broken: '✗', 'not here': '–' };

function show(chain: ProvenanceChain): void {
  const { run, series, numbers, images, jobs, environment } = chain;
  const line = (name: string, text: string, link?: Link): void => {
    print(`${name.padEnd(12)}${text}${link === undefined ? '' : `  ${MARKS[link.state]} ${link.text}`}`);
  };
  line('result', `${chain.result}${series === null ? '' : `: ${series.label}, seed ${series.seed}`}`);
  for (const { timeSteps, correct } of numbers) {
    line('', `T = ${timeSteps}: ${correct} of ${images} right, ${((100 * correct) / images).toFixed(2)} %`);
  }
  line('run', run.address, run.spec === null ? undefined : chain.spec);
  line('predictions', run.predictionHash, chain.predictions);
  for (const job of jobs)
    line(
      '  job',
      `${job.job.slice(0, 16)}… images ${job.images.from} to ${job.images.to - 1}${originOf(job.origin)}`,
      job,
    );
  const { network, dataset } = (run.spec ?? {}) as { network?: { hash: string }; dataset?: { hash: string } };
  line('checkpoint', network?.hash ?? '', chain.checkpoint);
  if (chain.training !== null) line('  training', JSON.stringify(chain.training));
  line('data', dataset?.hash ?? '', chain.data);
  line('commit', commitOf(environment.git));
  line(
    'machine',
    `${environment.cpu}, ${environment.threads} threads, ${environment.backend}, Node ${environment.node}`,
  );
  line('command', environment.command);
}

function originOf(origin: ProvenanceChain['jobs'][number]['origin']): string {
  if (origin === null) return '';
  const { startedAt, seconds, backend, threads, cpu, node, git } = origin;
  const parts = [
    startedAt,
    `${seconds ?? '?'} s`,
    cpu,
    `${threads ?? '?'} threads`,
    backend,
    node,
    commitOf(git ?? null),
  ];
  return `, ${parts.filter((part) => part !== undefined).join(', ')}`;
}

function commitOf(git: ExperimentResult['environment']['git']): string {
  if (git === null) return 'unknown: not run from a checkout';
  return `${git.commit}${git.dirty ? ' with changes that were not committed' : ''}`;
}
