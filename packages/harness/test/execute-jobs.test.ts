import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  executeJobs,
  jsonKind,
  openArtifactStore,
  planJobs,
  type ArtifactStore,
  type JobOrigin,
  type JobProgress,
  type JobProvenance,
} from '../src/index.js';

interface Square {
  readonly n: number;
}
const kind = jsonKind<Square, number>('square', z.number());
const specs = [1, 2, 3, 4].map((n): Square => ({ n }));

/** Runs squares and counts how often each was computed. */
async function run(
  store: ArtifactStore,
  jobs: readonly Square[],
  options: {
    readonly failAt?: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: (p: JobProgress) => void;
  } = {},
): Promise<{ readonly results: number[]; readonly sources: string[]; readonly computed: number[] }> {
  const computed: number[] = [];
  const finished = await executeJobs(jobs, {
    store,
    kind,
    execute: ({ n }) => {
      if (n === options.failAt) throw new Error(`no square of ${n}`);
      computed.push(n);
      return Promise.resolve(n * n);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return {
    results: finished.map(({ result }) => result),
    sources: finished.map(({ source }) => source),
    computed,
  };
}

describe('executeJobs', () => {
  test('computes each job once and takes it from the store ever after', async () => {
    const store = await openArtifactStore(temporaryFolder());
    expect(await run(store, specs)).toMatchObject({ results: [1, 4, 9, 16], computed: [1, 2, 3, 4] });
    const again = await run(store, specs);
    expect(again).toEqual({ results: [1, 4, 9, 16], sources: specs.map(() => 'stored'), computed: [] });
  });

  test('keeps beside each result with what, when and how long it was computed', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const origin = { backend: 'wasm-simd', threads: 2 } as JobOrigin;
    const started = Date.now();
    const execute = ({ n }: Square): Promise<number> => Promise.resolve(n * n);
    const [job] = planJobs([{ n: 2 }], { store, kind, execute, provenance: () => Promise.resolve(origin) });
    expect([await job!.execute(), await job!.execute()]).toEqual(['executed', 'stored']);
    const { provenance, input } = (await store.summary(job!.id))!;
    const { startedAt, seconds, ...rest } = provenance as unknown as JobProvenance;
    expect([rest, input]).toEqual([origin, { n: 2 }]);
    expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(started);
    expect(seconds).toBeGreaterThanOrEqual(0);
  });

  test('computes equal specs once, whatever the order of their keys', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const twice = [JSON.parse('{"n":3,"x":1}'), JSON.parse('{"x":1,"n":3}')] as Square[];
    expect(await run(store, twice)).toMatchObject({
      results: [9, 9],
      sources: ['executed', 'stored'],
      computed: [3],
    });
  });

  test('continues after a failure where it was', async () => {
    const store = await openArtifactStore(temporaryFolder());
    await expect(run(store, specs, { failAt: 3 })).rejects.toThrow('no square of 3');
    expect(await run(store, specs)).toMatchObject({ results: [1, 4, 9, 16], computed: [3, 4] });
  });

  test('stops before the next job when aborted, with the reason, and keeps what is finished', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const controller = new AbortController();
    const onProgress = ({ finished }: JobProgress): void => {
      if (finished === 2) controller.abort(new Error('enough'));
    };
    await expect(run(store, specs, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    expect(await store.list()).toHaveLength(2);
    expect((await run(store, specs)).computed).toEqual([3, 4]);
  });

  test('tells after every job how many are finished and how many were there', async () => {
    const store = await openArtifactStore(temporaryFolder());
    await run(store, specs.slice(1, 3));
    const seen: unknown[] = [];
    await run(store, specs, {
      onProgress: ({ finished, total, stored, source }) => seen.push([finished, total, stored, source]),
    });
    expect(seen).toEqual([
      [1, 4, 0, 'executed'],
      [2, 4, 1, 'stored'],
      [3, 4, 2, 'stored'],
      [4, 4, 2, 'executed'],
    ]);
  });

  test('makes a job again whose artifact is intact but does not fit', async () => {
    const store = await openArtifactStore(temporaryFolder());
    await store.put({ n: 2 }, { value: 'four', files: {} });
    expect(await run(store, specs)).toMatchObject({ results: [1, 4, 9, 16], computed: [1, 2, 3, 4] });
    expect((await store.get({ n: 2 }))?.value).toBe(4);
  });

  test('passes on an error of decoding that is no misfit', async () => {
    const store = await openArtifactStore(temporaryFolder());
    await run(store, specs);
    const broken = {
      ...kind,
      decode: (): number => {
        throw new TypeError('a bug');
      },
    };
    await expect(
      executeJobs(specs, { store, kind: broken, execute: () => Promise.resolve(0) }),
    ).rejects.toThrow('a bug');
  });
});
