import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadResult, openArtifactStore, type ExperimentResult } from '@opi-snn/harness';
import { temporaryFolder } from '@opi-snn/test-utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure, opi, type Outcome } from './opi.js';

/** The quick table on a few images: nine jobs (the ANN, four series, the errors of four series). */
const FEW = ['--images', '12', '--time-steps', '1,2', '--threads', '1', '--backend', 'wasm'];
const JOBS = 9;

const reproduce = (out: string, ...more: string[]): Promise<Outcome> =>
  opi(['reproduce', ...FEW, '--out', out, ...more]);

function only(stdout: string): ExperimentResult {
  const results = JSON.parse(stdout) as ExperimentResult[];
  expect(results).toHaveLength(1);
  return results[0]!;
}

/** Number of artifacts in the store of an output folder. */
async function stored(out: string): Promise<number> {
  const groups = await readdir(join(out, 'store', 'objects')).catch((): string[] => []);
  return groups.length;
}

/** Everything that a reader may find in an output folder is whole: every artifact, every result, the report. */
async function expectWhole(out: string): Promise<void> {
  const store = await openArtifactStore(join(out, 'store'));
  for (const address of await store.list()) expect(await store.inspect(address), address).toEqual([]);
  const visible = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch((): string[] => [])).filter((name) => !name.startsWith('.'));
  for (const name of await visible(join(out, 'results'))) await loadResult(join(out, 'results', name));
  expect(['report.html', 'results', 'store']).toEqual(expect.arrayContaining(await visible(out)));
  if ((await visible(out)).includes('report.html')) {
    expect((await readFile(join(out, 'report.html'), 'utf8')).trimEnd()).toMatch(/<\/html>$/u);
  }
}

// Whole processes that load TensorFlow.js: seconds each on an idle machine, much more on a busy one.
describe('opi reproduce', { timeout: 600_000 }, () => {
  let out: string;
  let undisturbed: ExperimentResult;

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'opi-reproduce-'));
    const { code, stdout, stderr } = await reproduce(out, '--json');
    expect(code, stderr).toBe(0);
    undisturbed = only(stdout);
  }, 600_000);

  afterAll(async () => {
    await rm(out, { recursive: true, force: true });
  });

  test('writes the JSON that it prints, a report, and nothing else', async () => {
    await expectWhole(out);
    expect(await loadResult(join(out, 'results', 'embedded-vgg.json'))).toEqual(undisturbed);
    expect((await readdir(out)).sort()).toEqual(['report.html', 'results', 'store']);
    expect(await stored(out)).toBe(JOBS);
  });

  test('names the tables behind the findings that it does not ask for', () => {
    const left = undisturbed.measurement.findings.filter(({ outcome }) => outcome === 'not run');
    expect(left.map(({ id, evidence }) => [id, evidence])).toEqual([
      ['best-constant', 'Not asked here: `pnpm opi reproduce constants` does.'],
      ['raises-other-methods', 'Not asked here: `pnpm opi reproduce family` does.'],
    ]);
  });

  test('takes everything from the store the second time, and says so', async () => {
    const again = await reproduce(out);
    expect(again.code, again.stderr).toBe(0);
    const result = await loadResult(join(out, 'results', 'embedded-vgg.json'));
    expect(result.environment.jobs).toEqual({ stored: 5, executed: 0 });
    expect(result.hashes).toEqual(undisturbed.hashes);
    expect(again.stdout).toContain(undisturbed.hashes.predictions.slice(0, 16));
    expect(again.stdout).toContain(`Report: ${join(out, 'report.html')}`);
  });

  test('killed by SIGKILL again and again, leaves nothing half-written and ends with the same hash', async () => {
    const folder = temporaryFolder();
    for (const artifacts of [1, 4, JOBS]) {
      const jitter = Math.floor(Math.random() * 3);
      let polls = 0;
      const killed = await opi(['reproduce', ...FEW, '--out', folder], {
        signal: 'SIGKILL',
        when: async () => (await stored(folder)) >= artifacts && (polls += 1) > jitter,
      });
      // On a slow machine the process may be gone before the signal: then there was nothing to kill.
      expect(killed.signal === 'SIGKILL' || killed.code === 0, killed.stderr).toBe(true);
      await expectWhole(folder);
      expect(await stored(folder), `${jitter} polls after ${artifacts}`).toBeGreaterThanOrEqual(artifacts);
    }
    const last = await reproduce(folder, '--json');
    expect(last.code, last.stderr).toBe(0);
    expect(only(last.stdout).hashes).toEqual(undisturbed.hashes);
    expect(only(last.stdout).environment.jobs.stored).toBeGreaterThan(0);
    await expectWhole(folder);
  });

  test('stops at the next safe point on Ctrl-C and keeps what is finished', async () => {
    const folder = temporaryFolder();
    const long = ['--images', '192', '--time-steps', '64', '--threads', '1', '--backend', 'wasm'];
    const stopped = await opi(['reproduce', ...long, '--out', folder], {
      signal: 'SIGINT',
      when: async () => (await stored(folder)) >= 1,
    });
    expectFailure(stopped, 130, /opi: stopping at the next safe point/u);
    expect(stopped.stderr).toContain(
      'opi: interrupted. What was finished is kept; the same command continues there.',
    );
    await expectWhole(folder);
    expect(await stored(folder)).toBeLessThan(JOBS);
  });

  test('may be started twice at once in one folder', async () => {
    const folder = temporaryFolder();
    const both = await Promise.all([reproduce(folder, '--json'), reproduce(folder, '--json')]);
    for (const { code, stdout, stderr } of both) {
      // A slow machine also hears of progress.
      const messages = stderr.replace(/^.*: \d+ %(?:, about \d+ s left)?\n/gmu, '');
      expect({ code, messages }).toEqual({ code: 0, messages: '' });
      expect(only(stdout).hashes).toEqual(undisturbed.hashes);
    }
    await expectWhole(folder);
    expect(await stored(folder)).toBe(JOBS);
    expect(await readdir(join(folder, 'store', 'tmp'))).toEqual([]);
  });

  test('does its work although nobody reads what it prints', async () => {
    const { code, signal } = await opi(['reproduce', ...FEW, '--out', out], { closed: ['stdout', 'stderr'] });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    await expectWhole(out);
  });

  test('prints nothing but one JSON document with --json, though an artifact is damaged', async () => {
    const store = await openArtifactStore(join(out, 'store'));
    const [address] = await store.list();
    const file = join(out, 'store', 'objects', address!.slice(0, 2), address!, 'entry.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/\d/u, '7').slice(0, -9));
    const { code, stdout, stderr } = await reproduce(out, '--json');
    expect(code, stderr).toBe(0);
    expect(only(stdout).hashes).toEqual(undisturbed.hashes);
    expect(stderr).toMatch(
      /^opi: .*objects.* is damaged and will be made again: entry\.json is not JSON\n$/u,
    );
    await expectWhole(out);
  });
});
