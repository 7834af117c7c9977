import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, serviceProgram, startService, temporaryFolder, type Service } from '@opi-snn/test-utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonKind, openArtifactStore, planJobs, type ArtifactStore, type PlannedJob } from '../src/index.js';
import {
  assertReachable,
  clearQueue,
  distributeJobs,
  queueLocation,
  queueStatus,
  retrySetAside,
  serveJobs,
  type DistributionProgress,
  type ServedJob,
} from '../src/job-queue.js';

const redis = serviceProgram('redis-server', {
  variable: 'OPI_TEST_REDIS',
  remedy: 'apt-get install redis-server',
});

interface Square {
  readonly n: number;
}

/** Jobs that square numbers; the poisoned one fails whenever it is tried, until it is mended. */
function squares(store: ArtifactStore, poison: { number: number }): PlannedJob[] {
  return planJobs(
    [1, 2, 3, 4, 5].map((n): Square => ({ n })),
    {
      store,
      kind: jsonKind<Square, number>('square', z.number()),
      execute: ({ n }) => {
        if (n === poison.number) throw new Error(`${n} has no square`);
        return Promise.resolve(n * n);
      },
    },
  );
}

/** A worker in this process, with the jobs it knows by their address. */
function work(
  url: string,
  queue: string,
  jobs: readonly PlannedJob[],
): { readonly served: ServedJob[]; readonly stop: () => Promise<number> } {
  const served: ServedJob[] = [];
  const stop = new AbortController();
  const ended = serveJobs({
    connection: { url },
    queue,
    execute: ({ id }) => jobs.find((job) => job.id === id)!.execute(),
    onJob: (job) => served.push(job),
    signal: stop.signal,
  });
  return {
    served,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

describe.skipIf(redis.path === undefined)(`a job queue${redis.note}`, () => {
  let service: Service;
  let url: string;
  let names = 0;

  beforeAll(async () => {
    const port = await freePort();
    service = await startService(redis.path!, ['--port', String(port), '--save', ''], { port });
    url = `redis://127.0.0.1:${port}`;
  });

  afterAll(() => service.kill());

  const setUp = async (
    poison = { number: 0 },
  ): Promise<{ queue: string; store: ArtifactStore; jobs: PlannedJob[] }> => {
    const store = await openArtifactStore(temporaryFolder());
    return { queue: `queue-${(names += 1)}`, store, jobs: squares(store, poison) };
  };
  const distribute = (
    { queue, store, jobs }: { queue: string; store: ArtifactStore; jobs: readonly PlannedJob[] },
    onProgress?: (progress: DistributionProgress) => void,
  ): Promise<void> =>
    distributeJobs(
      jobs.map(({ id, spec }) => ({ id, payload: spec })),
      { connection: { url }, queue, store, pollMs: 20, ...(onProgress === undefined ? {} : { onProgress }) },
    );

  test('has every job computed once, into the store, and tells how far it is', async () => {
    const set = await setUp();
    const { served, stop } = work(url, set.queue, set.jobs);
    const told: DistributionProgress[] = [];
    await distribute(set, (progress) => told.push(progress));
    expect(await stop()).toBe(5);
    expect(served.map(({ id }) => id).sort()).toEqual(set.jobs.map(({ id }) => id).sort());
    expect(told.at(-1)).toMatchObject({ total: 5, finished: 5, setAside: [] });
    for (const { id } of set.jobs) expect(await set.store.inspect(id)).toEqual([]);
    await distribute(set);
    expect(served).toHaveLength(5);
  });

  test('gives a damaged result to the workers again', async () => {
    const set = await setUp();
    await Promise.all(set.jobs.map((job) => job.execute()));
    await set.store.remove(set.jobs[2]!.id);
    const { served, stop } = work(url, set.queue, set.jobs);
    await distribute(set);
    await stop();
    expect(served).toEqual([{ id: set.jobs[2]!.id, outcome: 'executed' }]);
  });

  test('sets a poisoned job aside with its error, does all others, and takes it back once it is mended', async () => {
    const poison = { number: 3 };
    const set = await setUp(poison);
    const { served, stop } = work(url, set.queue, set.jobs);
    const { id } = set.jobs[2]!;
    const failed = distribute(set);
    await expect(failed).rejects.toThrow(
      `queue: every job must succeed, got 1 set aside in ${url}:\n  ${id.slice(0, 16)}…, 3 attempts: 3 has no square\n` +
        'Everything else is done. Mend the cause, then `opi queue retry` and run the same command again.',
    );
    expect(await set.store.list()).toHaveLength(4);
    expect(await queueStatus({ url }, set.queue)).toMatchObject({
      waiting: 0,
      active: 0,
      workers: 1,
      setAside: [{ id, payload: { n: 3 }, error: '3 has no square', attempts: 3 }],
    });
    await expect(distribute(set)).rejects.toThrow('1 set aside');
    expect(served.filter((job) => job.id === id)).toHaveLength(3);
    poison.number = 0;
    expect(await retrySetAside({ url }, set.queue)).toBe(1);
    await distribute(set);
    await stop();
    expect(await set.store.list()).toHaveLength(5);
  });

  test('notices workers that store their results elsewhere', async () => {
    const set = await setUp();
    const { stop } = work(url, set.queue, (await setUp()).jobs);
    await expect(distribute(set)).rejects.toThrow(
      /^queue: results must arrive in .*, got none for [0-9a-f]{16}… although it was taken 10 times\. Start every worker with the same --store/u,
    );
    await stop();
    await clearQueue({ url }, set.queue);
    expect(await queueStatus({ url }, set.queue)).toMatchObject({ waiting: 0, retried: 0, setAside: [] });
  });

  test('leaves when it was idle for long enough, and when the coordinator is interrupted its jobs stay', async () => {
    const set = await setUp();
    const signal = AbortSignal.timeout(500);
    // More looks than a job may be lost: waiting is no loss.
    const options = { connection: { url }, queue: set.queue, store: set.store, pollMs: 2, signal };
    const queued = set.jobs.map(({ id, spec }) => ({ id, payload: spec }));
    await expect(distributeJobs(queued, options)).rejects.toThrow('timeout');
    expect(await queueStatus({ url }, set.queue)).toMatchObject({ waiting: 5, workers: 0 });
    const execute = ({ id }: { id: string }): Promise<string> =>
      set.jobs.find((job) => job.id === id)!.execute();
    expect(await serveJobs({ connection: { url }, queue: set.queue, execute, idleMs: 500 })).toBe(5);
    expect(await set.store.list()).toHaveLength(5);
  });
});

describe.skipIf(redis.path === undefined)(`a queue with password and TLS${redis.note}`, () => {
  let service: Service;
  let port: number;
  let ca: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opi-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const files = ['-keyout', key, '-out', cert, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], {
      stdio: 'ignore',
    });
    ca = readFileSync(cert, 'utf8');
    port = await freePort();
    const tls = [
      '--tls-port',
      String(port),
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-auth-clients',
    ];
    service = await startService(
      redis.path!,
      ['--port', '0', ...tls, 'no', '--requirepass', 'open sesame', '--save', ''],
      { port, cwd: folder },
    );
  });

  afterAll(async () => {
    await service.kill();
    rmSync(folder, { recursive: true });
  });

  test('lets in who has both, and tells nobody the password', async () => {
    const url = `rediss://127.0.0.1:${port}`;
    await assertReachable({ url, password: 'open sesame', tls: { ca } });
    await assertReachable({ url: `rediss://:open%20sesame@127.0.0.1:${port}/1`, tls: { ca } });
    const status = await queueStatus({ url, password: 'open sesame', tls: { ca } }, 'empty');
    expect(status).toMatchObject({ waiting: 0, setAside: [] });
    const secret = { url: `rediss://:wrong-secret@127.0.0.1:${port}`, tls: { ca } };
    await expect(assertReachable(secret)).rejects.toThrow(
      `queue: rediss://127.0.0.1:${port} must be a Redis server that lets us in, got a refusal. Correct OPI_REDIS_USERNAME and OPI_REDIS_PASSWORD.`,
    );
    await expect(assertReachable({ url, password: 'open sesame' })).rejects.toThrow(
      /got [A-Z_]*(CERT|SIGNED)[A-Z_]*\. Name its authority's certificate in OPI_REDIS_CA\.$/u,
    );
  });
});

describe('the address of a queue', () => {
  test('is shown without user and password', () => {
    expect(queueLocation('rediss://me:secret@host:6380/2')).toBe('rediss://host:6380/2');
    expect(queueLocation('redis://host')).toBe('redis://host');
  });

  test.each([
    ['host:6379', 'host:6379'],
    ['http://:secret@host', 'http://…@host'],
    ['me:sec@ret@host:6379', '…@host:6379'],
    ['redis://host/secret', 'redis://host…'],
    ['redis://h?password=secret', 'redis://h…'],
    ['redis://me:secret', 'redis://me…'],
    ['redis://me:123456', 'redis://me…'],
    ['redis://:100%secret@host', 'redis://…@host'],
  ])('must be one of Redis; of %s only what is no secret is shown', (url, shown) => {
    expect(() => queueLocation(url)).toThrow(
      `queue: the address must be redis://HOST[:PORT][/DB], or rediss://… for TLS, got "${shown}". User and password`,
    );
  });

  test('must be one where a server listens', async () => {
    const port = await freePort();
    await expect(assertReachable({ url: `redis://127.0.0.1:${port}` })).rejects.toThrow(
      `queue: redis://127.0.0.1:${port} must be a Redis server that lets us in, got ECONNREFUSED. Start it, or correct host and port.`,
    );
  });
});
