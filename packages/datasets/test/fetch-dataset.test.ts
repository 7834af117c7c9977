import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@opi-snn/test-utils';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  DatasetError,
  DownloadError,
  fetchDataset,
  loadDataset,
  type FetchOptions,
  type FileDatasetName,
} from '../src/index.js';
import { breakOff, hostileServer, serve, stall, status, type Answer } from './hostile-server.js';
import { archiveOf, miniatureCifar, miniatureIdx, tarGz, writeMiniature } from './miniature.js';

const FAST: FetchOptions = { idleTimeoutMs: 10_000, attempts: 2, retryDelayMs: 1 };
const cifar = miniatureCifar(1);

let root = '';
let place = '';
beforeEach(() => {
  root = temporaryFolder();
  place = join(root, 'miniature-bin');
});

async function fetchFrom(answers: readonly Answer[], options: FetchOptions = {}): Promise<unknown> {
  const { address } = await hostileServer(...answers);
  return fetchDataset(cifar.definition, root, { ...FAST, address, ...options }).catch(
    (reason: unknown) => reason,
  );
}

describe('fetchDataset', () => {
  test('downloads, checks and unpacks into the first folder of the set, ready to be loaded', async () => {
    const result = await fetchFrom([serve(await archiveOf(cifar))]);
    expect(result).toEqual({ folder: place, fetched: ['data_1.bin', 'data_2.bin', 'test.bin'] });
    expect(readdirSync(place).sort()).toEqual(['data_1.bin', 'data_2.bin', 'test.bin']);
    const train = await loadDataset(cifar.definition, 'train', { folder: root });
    expect(train.length).toBe(12);
  });

  test('does not ask the server for what is there and right', async () => {
    writeMiniature(cifar, root);
    const { address, requests } = await hostileServer(status(500));
    const result = await fetchDataset(cifar.definition, root, { ...FAST, address });
    expect(result).toEqual({ folder: place, fetched: [] });
    expect(requests).toEqual([]);
  });

  test('takes the folder of the files themselves, too', async () => {
    writeMiniature(cifar, root);
    expect(await fetchDataset(cifar.definition, place, FAST)).toEqual({ folder: place, fetched: [] });
  });

  test('fetches only the archives of files that are missing or damaged', async () => {
    const digits = miniatureIdx();
    const folder = writeMiniature(digits, root);
    writeFileSync(join(folder, 'test-labels'), 'damaged');
    const { address, requests } = await hostileServer((request, response) => {
      const name = request.url!.slice(1, -3);
      serve(gzipSync(digits.files.get(name)!))(request, response);
    });
    const result = await fetchDataset(digits.definition, root, { ...FAST, address });
    expect(result.fetched).toEqual(['test-labels']);
    expect(requests.map(({ url }) => url)).toEqual(['/test-labels.gz']);
    expect(readFileSync(join(folder, 'test-labels')).equals(digits.files.get('test-labels')!)).toBe(true);
  });

  test('of a set without an address says where its files must be laid, and is content once they are there', async () => {
    const local = { ...cifar.definition, downloads: [] };
    const error = await fetchDataset(local, root).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as Error).message).toMatch(
      /^fetchDataset: miniature has no address to be downloaded from and must be laid into .*miniature-bin, 3 problems:\n.*data_1\.bin: is missing/u,
    );
    writeMiniature(cifar, root);
    expect(await fetchDataset(local, root)).toEqual({ folder: place, fetched: [] });
  });

  test('goes on where an interrupted call stopped', async () => {
    const archive = await archiveOf(cifar);
    const controller = new AbortController();
    const aborted = await fetchFrom([stall(archive, 300)], {
      signal: controller.signal,
      onProgress: ({ received }) => {
        if (received === 300) controller.abort(new Error('Ctrl-C'));
      },
    });
    expect(aborted).toEqual(new Error('Ctrl-C'));
    expect(statSync(join(place, 'miniature.tar.gz.part')).size).toBe(300);
    expect(existsSync(join(place, 'data_1.bin'))).toBe(false);
    // Another server, hence another address: the note of the part must be told of it.
    const { address, requests } = await hostileServer(serve(archive));
    const note = join(place, 'miniature.tar.gz.part.json');
    const origin = JSON.parse(readFileSync(note, 'utf8')) as { url: string; validator: string };
    writeFileSync(note, JSON.stringify({ ...origin, url: `${address}miniature.tar.gz` }));
    await fetchDataset(cifar.definition, root, { ...FAST, address });
    expect(requests.map(({ headers }) => headers.range)).toEqual(['bytes=300-']);
    expect(readdirSync(place).sort()).toEqual(['data_1.bin', 'data_2.bin', 'test.bin']);
  });

  test('names every wrong file with expected and found sum, and keeps nothing', async () => {
    const wrong = Buffer.from(cifar.files.get('data_2.bin')!);
    wrong[7]! ^= 0xff;
    const archive = await tarGz(
      [...cifar.files].map(([name, content]) => [{ name }, name === 'data_2.bin' ? wrong : content]),
    );
    const error = (await fetchFrom([serve(archive)])) as DatasetError;
    expect(error).toBeInstanceOf(DatasetError);
    expect(error.message).toMatch(
      /^fetchDataset: http:\S+miniature\.tar\.gz must hold miniature, 2 problems:\n {2}miniature\.tar\.gz: checksum must be MD5 0{32}, got [0-9a-f]{32}\.\n {2}data_2\.bin: checksum must be MD5 [0-9a-f]{32}, got [0-9a-f]{32}\.\nNothing was kept of it\. Run the command again later, or get the files elsewhere and name their folder with --data DIR\.$/,
    );
    expect(readdirSync(place)).toEqual([]);
  });

  test('downloads once more from the start when a continued part turns out spoilt', async () => {
    const archive = await archiveOf(cifar);
    const spoilt = Buffer.from(archive).fill(0, 0, 200);
    const part = join(place, 'miniature.tar.gz.part');
    const { address, requests } = await hostileServer(breakOff(spoilt, 200, part), serve(archive));
    await fetchDataset(cifar.definition, root, { ...FAST, address });
    expect(requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=200-', undefined]);
    expect(readdirSync(place).sort()).toEqual(['data_1.bin', 'data_2.bin', 'test.bin']);
  });

  test('gives up after the second time, even if the server always breaks off and then sends rubbish', async () => {
    const rubbish = Buffer.alloc(1000, 7);
    const part = join(place, 'miniature.tar.gz.part');
    const [broken, rest] = [breakOff(rubbish, 200, part), serve(rubbish)];
    const { address, requests } = await hostileServer(broken, rest, broken, rest, broken, rest);
    await expect(fetchDataset(cifar.definition, root, { ...FAST, address })).rejects.toThrow(
      /archive must hold a whole tar\.gz file, got incorrect header check/,
    );
    expect(requests).toHaveLength(4);
    expect(readdirSync(place)).toEqual([]);
  });

  test('tells the status of a refusal, and how to go on without it', async () => {
    const error = (await fetchFrom([status(404)])) as Error;
    expect(error).toBeInstanceOf(DownloadError);
    expect(error.message).toMatch(/must answer with status 200, got 404\. Download it by hand/);
  });

  test('refuses more bytes than the set can have', async () => {
    const error = (await fetchFrom([serve(Buffer.alloc(2_000_000))])) as Error;
    expect(error.message).toContain(`must be at most ${592 + 1024 * 1024} bytes, got 2000000`);
  });

  test('says when the folder cannot be made', async () => {
    writeFileSync(place, 'a file where the folder must be');
    const error = (await fetchFrom([serve(await archiveOf(cifar))])) as Error;
    expect(error.message).toBe(
      `fetchDataset: ${place} must be writable, got EEXIST. Name another folder with --data DIR or OPI_DATA_DIR.`,
    );
  });

  test('refuses an unknown name with the known ones', async () => {
    await expect(fetchDataset('imagenet' as FileDatasetName, root)).rejects.toThrow(
      'fetchDataset: dataset must be one of cifar-10, cifar-100, mnist, fashion-mnist, got "imagenet".',
    );
    await expect(fetchDataset('shapes-10' as FileDatasetName, root)).rejects.toThrow(
      /shapes-10 is generated and has no files/,
    );
  });
});
