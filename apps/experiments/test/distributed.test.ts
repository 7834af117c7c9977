import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { openArtifactStore, type ExperimentResult } from '@opi-snn/harness';
import { queueStatus } from '@opi-snn/harness/job-queue';
import { freePort, serviceProgram, startService, temporaryFolder, type Service } from '@opi-snn/test-utils';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { opi, type OpiOptions, type Outcome } from './opi.js';

const redis = serviceProgram('redis-server', {
  variable: 'OPI_TEST_REDIS',
  remedy: 'apt-get install redis-server',
});
const moto = serviceProgram('moto_server', {
  variable: 'OPI_TEST_MOTO',
  remedy: "pip install 'moto[server]'",
});

/** Two shards each of the ANN and of four series, and the errors of four series. */
const MANY = ['--images', '260', '--time-steps', '1,2', '--backend', 'wasm'];
const JOBS = 14;
const ONE_THREAD = ['--threads', '1'];
const SECRET = 'not-to-be-seen';

const only = ({ stdout, stderr }: Outcome): ExperimentResult => {
  expect(stdout, stderr).not.toBe('');
  return (JSON.parse(stdout) as ExperimentResult[])[0]!;
};

/** Number of artifacts in a local store. */
async function stored(store: string): Promise<number> {
  const groups = await readdir(join(store, 'objects')).catch((): string[] => []);
  return groups.length;
}

// Whole processes that load TensorFlow.js: seconds each on an idle machine, much more on a busy one.
describe('the work of opi reproduce on several machines', { timeout: 600_000 }, () => {
  let undisturbed: ExperimentResult;

  beforeAll(async () => {
    const out = await mkdtemp(join(tmpdir(), 'opi-distributed-'));
    undisturbed = only(await opi(['reproduce', ...MANY, ...ONE_THREAD, '--json', '--out', out]));
    await rm(out, { recursive: true });
  }, 600_000);

  test('is the same as the tasks of an array job: opi plan and opi run-job', async () => {
    const out = temporaryFolder();
    const plan = await opi(['plan', ...MANY, '--json', '--out', out]);
    const file = join(out, 'plan.json');
    await writeFile(file, plan.stdout);
    const { jobs } = JSON.parse(plan.stdout) as { jobs: { id: string }[] };
    expect(jobs).toHaveLength(JOBS);
    const task = (...args: string[]): Promise<Outcome> =>
      opi(['run-job', '--plan', file, '--out', out, ...ONE_THREAD, ...args]);
    const tasks = await Promise.all([task('--index', '0', '--of', '2'), task('--index', '1', '--of', '2')]);
    expect(tasks.map(({ code }) => code)).toEqual([0, 0]);
    const told = tasks.flatMap(({ stdout }) => stdout.trim().split('\n'));
    expect(told.sort()).toEqual(jobs.map(({ id }) => `${id} executed`).sort());
    expect((await task(jobs[3]!.id.slice(0, 12))).stdout).toBe(`${jobs[3]!.id} stored\n`);
    expect((await task('--index', String(JOBS))).stderr).toContain(
      `--index must be below the number of jobs, ${JOBS}, got ${JOBS}.`,
    );
    const result = only(await opi(['reproduce', ...MANY, ...ONE_THREAD, '--json', '--out', out]));
    expect(result.hashes).toEqual(undisturbed.hashes);
    expect(result.environment.jobs.executed).toBe(0);
  });

  test.skipIf(redis.path === undefined)(
    `gives the same hash though workers, coordinator and Redis are killed${redis.note}`,
    async () => {
      const out = temporaryFolder();
      const store = join(out, 'store');
      const port = await freePort();
      const queue = await startRedis(port, temporaryFolder());
      const url = `redis://127.0.0.1:${port}`;
      const environment = { OPI_QUEUE: url, OPI_REDIS_PASSWORD: SECRET };
      const after = (artifacts: number): OpiOptions => ({
        environment,
        signal: 'SIGKILL',
        when: async () => (await stored(store)) >= artifacts,
      });
      const work = (options: OpiOptions): Promise<Outcome> =>
        opi(['worker', '--store', store, '--lease', '2', ...ONE_THREAD], options);
      const coordinate = (options: OpiOptions): Promise<Outcome> =>
        opi(['reproduce', ...MANY, ...ONE_THREAD, '--json', '--out', out], options);
      const first = [coordinate(after(6)), work(after(2)), work(after(6))];
      expect((await Promise.all(first)).map(({ signal }) => signal)).toEqual([
        'SIGKILL',
        'SIGKILL',
        'SIGKILL',
      ]);
      await queue.kill();
      const again = await startRedis(port, queue.folder);
      onTestFinished(() => again.kill());
      expect(await stored(store)).toBeLessThan(JOBS);
      let done = false;
      const ended = (): Promise<boolean> => Promise.resolve(done);
      const [last, ...workers] = await Promise.all([
        coordinate({ environment }).finally(() => (done = true)),
        work({ environment, signal: 'SIGTERM', when: ended }),
        work({ environment, signal: 'SIGTERM', when: ended }),
      ]);
      expect(workers.map(({ code }) => code)).toEqual([0, 0]);
      expect(last.code, last.stderr).toBe(0);
      const result = only(last);
      expect(result.hashes).toEqual(undisturbed.hashes);
      expect(result.environment.jobs.executed).toBe(0);
      // Nothing twice: every artifact once, and none that one machine alone would not make.
      const artifacts = await openArtifactStore(store);
      expect(await artifacts.list()).toHaveLength(JOBS);
      for (const address of await artifacts.list()) expect(await artifacts.inspect(address)).toEqual([]);
      expect(await queueStatus({ url, password: SECRET }, 'opi')).toMatchObject({ waiting: 0, setAside: [] });
      const said = [last, ...workers].map(({ stdout, stderr }) => stdout + stderr);
      const files = ['results/embedded-vgg.json', 'report.html'];
      const written = await Promise.all(files.map((name) => readFile(join(out, name), 'utf8')));
      for (const text of [...said, ...written]) expect(text).not.toContain(SECRET);
    },
  );

  test.skipIf(moto.path === undefined)(`gives the same hash with an S3 store${moto.note}`, async () => {
    const port = await freePort();
    const server = await startService(moto.path!, ['-H', '127.0.0.1', '-p', String(port)], { port });
    onTestFinished(() => server.kill());
    const endpoint = `http://127.0.0.1:${port}`;
    const credentials = { accessKeyId: 'test', secretAccessKey: SECRET };
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: 'runs' }));
    const environment = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: SECRET };
    const store = `s3://runs/team?endpoint=${endpoint}&region=us-east-1`;
    const reproduce = (): Promise<Outcome> =>
      opi(['reproduce', ...MANY, ...ONE_THREAD, '--json', '--out', temporaryFolder(), '--store', store], {
        environment,
      });
    const result = only(await reproduce());
    expect(result.hashes).toEqual(undisturbed.hashes);
    expect(only(await reproduce()).environment.jobs.executed).toBe(0);
    const verified = await opi(['store', 'verify', '--store', store], { environment });
    expect(verified.stdout).toBe(`${JOBS} artifacts, every byte as it was written, in s3://runs/team\n`);
  });
});

/** A server with append-only file and password, in a folder that outlives it. */
async function startRedis(port: number, folder: string): Promise<Service & { readonly folder: string }> {
  const persistence = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--dir', folder];
  const args = ['--port', String(port), ...persistence, '--requirepass', SECRET];
  return { ...(await startService(redis.path!, args, { port, cwd: folder })), folder };
}
