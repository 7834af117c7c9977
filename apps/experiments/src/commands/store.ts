import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadResult, STALE_AFTER_MS, type ArtifactStore, type JobProvenance } from '@opi-snn/harness';
import { CommandError } from '../failure.js';
import { jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { openExistingStore, outOption, storeOption } from '../run-store.js';
import { describeSpec } from './plan.js';

interface StoreOptions {
  readonly out: string;
  readonly store?: string;
  readonly json?: true;
}

/** `opi store list|verify|gc`: what finished work there is, whether it is intact, and what may go. */
export function storeCommand(): Command {
  const withStore = (command: Command): Command =>
    command.addOption(outOption()).addOption(storeOption()).addOption(jsonOption());
  const list = withStore(new Command('list').description('Show every artifact.')).action(listStore);
  const verify = withStore(
    new Command('verify').description('Read everything; an altered byte anywhere is found (exit code 1).'),
  ).action(verifyStore);
  const gc = withStore(
    new Command('gc').description('Remove damaged artifacts and what killed processes left behind.'),
  )
    .addOption(
      new Option(
        '--unused',
        'also what no result in --out/results was made from (not while a run is under way)',
      ),
    )
    .addOption(new Option('--dry-run', 'only show what would be removed'))
    .action(collectGarbage);
  return new Command('store')
    .description('Look after finished work: list, verify, gc.')
    .addCommand(list)
    .addCommand(verify)
    .addCommand(gc);
}

async function listStore(options: StoreOptions): Promise<void> {
  const store = await openExistingStore(options);
  const summaries = [];
  for (const address of await store.list()) {
    const summary = await store.summary(address);
    if (summary !== undefined) summaries.push(summary);
    else process.stderr.write(`opi: ${address} is damaged; see \`opi store verify\`\n`);
  }
  if (options.json) {
    printJson(summaries);
    return;
  }
  for (const { address, input, bytes, provenance } of summaries) {
    const { startedAt = '' } = (provenance ?? {}) as Partial<JobProvenance>;
    print(
      `${address.slice(0, 16)}…  ${startedAt.slice(0, 16)}  ${String(bytes).padStart(9)} B  ${describeSpec(input)}`,
    );
  }
  const bytes = summaries.reduce((sum, summary) => sum + summary.bytes, 0);
  print(`${summaries.length} artifacts, ${(bytes / 1e6).toFixed(1)} MB, in ${store.location}`);
}

/** Addresses of damaged artifacts with what is wrong. */
async function damaged(store: ArtifactStore): Promise<{ address: string; problems: readonly string[] }[]> {
  const found = [];
  for (const address of await store.list()) {
    const problems = (await store.inspect(address)) ?? [];
    if (problems.length > 0) found.push({ address, problems });
  }
  return found;
}

async function verifyStore(options: StoreOptions): Promise<void> {
  const store = await openExistingStore(options);
  const found = await damaged(store);
  const { length } = await store.list();
  if (options.json) printJson({ location: store.location, artifacts: length, damaged: found });
  if (found.length > 0) {
    const lines = found.map(({ address, problems }) => `  ${address}: ${problems.join('; ')}`);
    throw new CommandError(
      `${found.length} of ${length} artifacts are damaged:\n${lines.join('\n')}\nThe next run that needs one makes it again; \`opi store gc\` removes them.`,
    );
  }
  if (!options.json) print(`${length} artifacts, every byte as it was written, in ${store.location}`);
}

async function collectGarbage(
  options: StoreOptions & { readonly unused?: true; readonly dryRun?: true },
): Promise<void> {
  const store = await openExistingStore(options);
  const bad = (await damaged(store)).map(({ address }) => address);
  const unused = options.unused ? await unusedArtifacts(store, options.out) : [];
  const remove = [...new Set([...bad, ...unused])];
  let leftovers = 0;
  if (!options.dryRun) {
    for (const address of remove) await store.remove(address);
    leftovers = await store.removeStale(STALE_AFTER_MS);
  }
  if (options.json) printJson({ damaged: bad, unused, leftovers, removed: options.dryRun !== true });
  else {
    const verb = options.dryRun ? 'Would remove' : 'Removed';
    print(
      `${verb} ${bad.length} damaged, ${unused.length} unused artifacts; ${leftovers} leftovers of killed processes.`,
    );
  }
}

/** What is behind no result. Results of early versions do not say what they were made from: then everything stays. */
async function unusedArtifacts(store: ArtifactStore, out: string): Promise<string[]> {
  const folder = join(out, 'results');
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith('.json'));
  const used = new Set<string>();
  for (const name of names) {
    const { runs } = await loadResult(join(folder, name));
    if (runs === undefined) {
      throw new CommandError(
        `${join(folder, name)} does not say what it was made from; make it again with \`opi reproduce\`, or remove it.`,
      );
    }
    for (const { shards } of runs) for (const { job } of shards) used.add(job);
  }
  const kept = [];
  for (const address of await store.list()) {
    const summary = await store.summary(address);
    // Errors of layers are no part of a run, and small.
    const { kind } = (summary?.input ?? {}) as { kind?: string };
    if (!used.has(address) && kind !== 'layer-errors') kept.push(address);
  }
  return kept;
}
