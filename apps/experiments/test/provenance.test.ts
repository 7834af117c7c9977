import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadResult, saveResult, sealResult, type ExperimentResult } from '@opi-snn/harness';
import { temporaryFolder } from '@opi-snn/test-utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProvenanceChain } from '../src/experiments/provenance.js';
import { expectFailure, opi, type Outcome } from './opi.js';

const FEW = ['--images', '12', '--time-steps', '1,2', '--threads', '1', '--backend', 'wasm'];

// Whole processes that load TensorFlow.js: seconds each on an idle machine, much more on a busy one.
describe('after opi reproduce', { timeout: 600_000 }, () => {
  let out: string;
  let result: ExperimentResult;
  const run = (...args: string[]): Promise<Outcome> => opi([...args, '--out', out]);

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'opi-provenance-'));
    const { code, stderr } = await run('reproduce', ...FEW);
    expect(code, stderr).toBe(0);
    result = await loadResult(join(out, 'results', 'embedded-vgg.json'));
  }, 600_000);

  afterAll(() => rm(out, { recursive: true, force: true }));

  test('opi provenance leads from a number to checkpoint, data and commit, and checks every link', async () => {
    const { code, stdout, stderr } = await run('provenance', 'embedded-vgg/zero', '--json');
    expect(code, stderr).toBe(0);
    const chain = JSON.parse(stdout) as ProvenanceChain;
    const zero = result.measurement.series.find(({ id }) => id === 'zero')!;
    expect(chain.series).toEqual({ id: 'zero', label: zero.label, seed: 1 });
    expect(chain.numbers.map(({ correct }) => correct)).toEqual(zero.runs[0]!.correct);
    expect(chain.run).toMatchObject({
      address: zero.runs[0]!.address,
      spec: {
        network: { hash: result.measurement.network.hash },
        dataset: { hash: result.measurement.dataset.hash },
      },
    });
    const { spec, predictions, checkpoint, data, jobs } = chain;
    expect([spec, predictions, checkpoint, data, ...jobs].map(({ state }) => state)).toEqual(
      Array.from({ length: 5 }, () => 'holds'),
    );
    expect(jobs[0]!.origin).toMatchObject({
      backend: result.environment.backend,
      threads: 1,
      node: process.version,
    });
    expect(jobs[0]!.origin!.git).toEqual(result.environment.git);
    expect(chain.training).toMatchObject({ dataSet: 'shapes-10' });
    const byHash = await run('provenance', zero.runs[0]!.predictionHash.slice(0, 12));
    expect(byHash.stdout).toContain(`commit      ${result.environment.git!.commit}`);
    expectFailure(
      await run('provenance', 'embedded-vgg/none'),
      2,
      /no result has a run embedded-vgg\/none; looked at/u,
    );
  });

  test('opi verify computes a sample again, and tells a hash that is not the committed one', async () => {
    const path = join(out, 'results', 'embedded-vgg.json');
    const { code, stdout, stderr } = await run('verify', path, '--sample', '2', '--threads', '1');
    expect(code, stderr).toBe(0);
    expect(stdout.match(/^embedded-vgg\.json: .* images 0 to 11: same [0-9a-f]{16}…$/gmu)).toHaveLength(2);
    expect(stdout).toContain('Verified: 2 shards have the committed predictions, to the bit.');
    const forged = join(temporaryFolder(), 'forged.json');
    const runs = result.runs!.map((record) => ({
      ...record,
      shards: record.shards.map((shard) => ({ ...shard, predictionHash: 'f'.repeat(64) })),
    }));
    await saveResult(forged, sealResult(result.measurement, result.environment, runs));
    const differs = await run('verify', forged, '--sample', '1', '--json');
    expect(differs.code).toBe(1);
    expect(differs.stderr).toContain('1 of 1 repeated shards have other predictions than committed.');
  });

  test('a store that is not there is not made by asking for it', async () => {
    const typo = join(out, 'stroe');
    for (const question of ['list', 'verify', 'gc']) {
      expectFailure(
        await run('store', question, '--store', typo),
        1,
        `opi: there is no store in ${typo}. Name its folder`,
      );
    }
    expect(existsSync(typo)).toBe(false);
  });

  test('one altered byte in the store is found, and made again by the next run', async () => {
    const sound = await run('store', 'verify');
    expect(sound.stdout).toMatch(/^9 artifacts, every byte as it was written/u);
    const address = result.measurement.series[0]!.runs[0]!.address;
    const file = join(out, 'store', 'objects', address.slice(0, 2), address, 'predictions.u16');
    const bytes = await readFile(file);
    bytes[5]! ^= 1;
    await writeFile(file, bytes);
    expectFailure(await run('store', 'verify'), 1, `${address}: predictions.u16 does not have its checksum`);
    const chain = await run('provenance', 'embedded-vgg/half');
    expect(chain.code).toBe(1);
    expect(chain.stderr).toContain(
      'the chain is broken: damaged in this store: predictions.u16 does not have',
    );
    const again = await run('reproduce', ...FEW, '--json');
    expect(again.stderr).toContain('is damaged and will be made again');
    const [made] = JSON.parse(again.stdout) as ExperimentResult[];
    expect(made!.hashes).toEqual(result.hashes);
    expect(made!.environment.jobs).toEqual({ stored: 4, executed: 1 });
    expect((await run('store', 'verify')).code).toBe(0);
  });

  test('opi store gc removes what is damaged, and on request what no result was made from', async () => {
    const folder = temporaryFolder();
    const gc = (...more: string[]): Promise<Outcome> =>
      run('store', 'gc', '--store', join(out, 'store'), ...more);
    expect((await gc('--unused', '--dry-run')).stdout).toBe(
      'Would remove 0 damaged, 0 unused artifacts; 0 leftovers of killed processes.\n',
    );
    await mkdir(join(folder, 'results'));
    const empty = await opi([
      'store',
      'gc',
      '--unused',
      '--dry-run',
      '--json',
      '--out',
      folder,
      '--store',
      join(out, 'store'),
    ]);
    expect((JSON.parse(empty.stdout) as { unused: string[] }).unused).toHaveLength(5);
    const { stdout } = await run('store', 'list', '--json');
    expect(JSON.parse(stdout)).toHaveLength(9);
  });

  test('exit code 3 says that something is worse than committed, and what', async () => {
    const results = temporaryFolder();
    const reproduce = (): Promise<Outcome> => run('reproduce', ...FEW, '--results', results);
    expect((await reproduce()).stdout).toContain('Not compared: embedded-vgg has no committed result.');
    const path = join(results, 'embedded-vgg.json');
    await copyFile(join(out, 'results', 'embedded-vgg.json'), path);
    const same = await reproduce();
    expect([same.code, same.stdout]).toEqual([
      0,
      expect.stringContaining('Compared: embedded-vgg: nothing is worse than committed'),
    ]);
    const [half, ...rest] = result.measurement.series;
    const runs = half!.runs.map((one) => ({ ...one, predictionHash: 'f'.repeat(64) }));
    const measurement = { ...result.measurement, series: [{ ...half!, runs }, ...rest] };
    await saveResult(path, sealResult(measurement, result.environment, result.runs));
    const worse = await reproduce();
    expect([worse.code, worse.stdout]).toEqual([
      3,
      expect.stringMatching(
        /Worse than committed: embedded-vgg:\n {2}half, seed 1: other predictions than the committed ones/u,
      ),
    ]);
  });
});

describe('opi reproduce --list', { timeout: 600_000 }, () => {
  test('says for each table what it needs, what is there, and how long it takes', async () => {
    const { code, stdout, stderr } = await opi([
      'reproduce',
      '--list',
      '--json',
      '--profile',
      'quick',
      '--threads',
      '1',
      '--data',
      temporaryFolder(),
    ]);
    expect(code, stderr).toBe(0);
    const listed = JSON.parse(stdout) as {
      id: string;
      seconds: number | null;
      processorSeconds: number | null;
      missing: { what: string; remedy: string }[];
    }[];
    const embedded = listed.find(({ id }) => id === 'embedded-vgg')!;
    expect(embedded.missing).toEqual([]);
    expect(embedded.seconds).toBeGreaterThan(0);
    // With one thread for the simulator, what is waited for is at most what is computed, and half of it at least.
    expect(embedded.processorSeconds).toBeGreaterThanOrEqual(embedded.seconds!);
    expect(embedded.processorSeconds).toBeLessThanOrEqual(2 * embedded.seconds!);
    expect(listed.find(({ id }) => id === 'comparison-cifar10-resnet20')!.missing).not.toEqual([]);
    expect(listed.find(({ id }) => id === 'cifar10-resnet20')).toMatchObject({
      seconds: null,
      missing: [
        { what: 'the images of cifar-10 are not there', remedy: '--data DIR, or `opi data fetch cifar-10`' },
      ],
    });
  });
});
