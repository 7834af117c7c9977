import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { beforeEach, describe, expect, test } from 'vitest';
import { download, DownloadError, type DownloadOptions, type DownloadRequest } from '../src/download.js';
import { breakOff, hostileServer, ignoreRange, serve, stall, status, whenWritten } from './hostile-server.js';

const BODY = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
// Long enough for a busy machine to answer; only the tests of silence wait for it.
const FAST: DownloadOptions = { idleTimeoutMs: 10_000, attempts: 3, retryDelayMs: 1 };

let part = '';
beforeEach(() => {
  part = join(temporaryFolder(), 'file.bin.part');
});

function request(address: string, changes: Partial<DownloadRequest> = {}): DownloadRequest {
  return { url: `${address}file.bin`, part, maximumBytes: 100_000, ...changes };
}

async function expectBody(item: DownloadRequest): Promise<void> {
  expect(Buffer.compare(await readFile(item.part), BODY)).toBe(0);
}

async function failure(action: Promise<unknown>): Promise<DownloadError> {
  const error = await action.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DownloadError);
  return error as DownloadError;
}

describe('download', () => {
  test('writes what the server has, and tells how far it is', async () => {
    const server = await hostileServer(serve(BODY));
    const item = request(server.address);
    const seen: number[] = [];
    const onProgress: DownloadOptions['onProgress'] = ({ received, total, file }) => {
      expect([total, file]).toEqual([BODY.length, 'file.bin']);
      seen.push(received);
    };
    await expect(download(item, { ...FAST, onProgress })).resolves.toEqual({ resumed: false });
    await expectBody(item);
    expect(seen.at(-1)).toBe(BODY.length);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  test('follows redirects', async () => {
    const server = await hostileServer(status(302, { location: '/elsewhere.bin' }), serve(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expectBody(item);
    expect(server.requests.map(({ url }) => url)).toEqual(['/file.bin', '/elsewhere.bin']);
  });

  test('continues where a connection broke off, with Range and If-Range', async () => {
    const server = await hostileServer(
      breakOff(BODY, 20_000, part),
      breakOff(BODY, 10_000, part),
      serve(BODY),
    );
    const item = request(server.address);
    await expect(download(item, FAST)).resolves.toEqual({ resumed: true });
    await expectBody(item);
    expect(server.requests.map(({ headers }) => [headers.range, headers['if-range']])).toEqual([
      [undefined, undefined],
      ['bytes=20000-', '"version-1"'],
      ['bytes=30000-', '"version-1"'],
    ]);
  });

  test('gives up silence after the idle time and continues', async () => {
    const server = await hostileServer(stall(BODY, 7000), serve(BODY));
    const item = request(server.address);
    await download(item, { ...FAST, idleTimeoutMs: 1000 });
    await expectBody(item);
    expect(server.requests[1]!.headers.range).toBe('bytes=7000-');
  });

  test('starts anew when the file changed on the server meanwhile', async () => {
    const other = Uint8Array.from(BODY, (byte) => 255 - byte);
    const server = await hostileServer(breakOff(other, 20_000, part, '"old"'), serve(BODY));
    const item = request(server.address);
    await expect(download(item, FAST)).resolves.toEqual({ resumed: false });
    await expectBody(item);
  });

  test('starts anew where the server ignores ranges', async () => {
    const server = await hostileServer(breakOff(BODY, 20_000, part), ignoreRange(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expectBody(item);
    expect(server.requests[1]!.headers.range).toBe('bytes=20000-');
  });

  test('starts anew where the server names no version', async () => {
    const server = await hostileServer((_, response) => {
      response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 9000));
      whenWritten(part, 9000, () => response.destroy());
    }, serve(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expectBody(item);
    expect(server.requests[1]!.headers.range).toBeUndefined();
  });

  test('starts anew after a range that was not asked for', async () => {
    const wrong = status(206, { 'content-range': 'bytes 5-49999/50000' });
    const server = await hostileServer(breakOff(BODY, 20_000, part), wrong, serve(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expectBody(item);
  });

  test('takes a part that an earlier process completed as it is', async () => {
    const server = await hostileServer(serve(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expect(download(item, FAST)).resolves.toEqual({ resumed: true });
    await expectBody(item);
    expect(server.requests[1]!.headers.range).toBe('bytes=50000-');
  });

  test('does not continue the part of another address, or one whose note is damaged', async () => {
    const server = await hostileServer(serve(BODY));
    const item = request(server.address);
    await writeFile(item.part, 'other bytes');
    for (const note of [
      JSON.stringify({ url: 'http://localhost/x', validator: '"version-1"' }),
      '{"url":',
      '[]',
    ]) {
      await writeFile(`${item.part}.json`, note);
      await download(item, FAST);
      await expectBody(item);
      expect(server.requests.at(-1)!.headers.range).toBeUndefined();
    }
  });

  test.each([500, 503, 429, 408])('tries again after status %i', async (code) => {
    const server = await hostileServer(status(code), serve(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expectBody(item);
  });

  test('says how often it tried and what is kept when no new byte comes', async () => {
    const server = await hostileServer(breakOff(BODY, 20_000, part), status(500));
    const item = request(server.address);
    const { message, url } = await failure(download(item, FAST));
    expect(message).toBe(
      `fetchDataset: ${item.url} must answer, got status 500 after 3 attempts without a new byte, 20000 bytes kept. Check the connection and run the command again; it continues there.`,
    );
    expect(url).toBe(item.url);
    expect((await stat(item.part)).size).toBe(20_000);
    expect(server.requests).toHaveLength(4);
  });

  test('names silence and refused connections', async () => {
    const silent = await hostileServer(stall(BODY, 0));
    const quick = { ...FAST, idleTimeoutMs: 200 };
    expect((await failure(download(request(silent.address), quick))).message).toContain(
      'must answer, got silence for 200 ms after 3 attempts',
    );
    // Port 9 (discard) of this machine; nothing listens there.
    expect((await failure(download(request('http://127.0.0.1:9/'), FAST))).message).toMatch(
      /must answer, got ECONNREFUSED|must answer, got .*bad port/,
    );
  });

  test.each([404, 403, 204])('does not try again after status %i', async (code) => {
    const server = await hostileServer(status(code));
    const item = request(server.address);
    expect((await failure(download(item, FAST))).message).toBe(
      `fetchDataset: ${item.url} must answer with status 200, got ${code}. Download it by hand and name its folder with --data DIR.`,
    );
    expect(server.requests).toHaveLength(1);
  });

  test('refuses a stated length that cannot be right before reading', async () => {
    const server = await hostileServer(serve(BODY));
    const exact = request(server.address, { bytes: 49_999 });
    expect((await failure(download(exact, FAST))).message).toContain(
      `length of ${exact.url} must be 49999 bytes, got 50000. What answers there is not the data set; a proxy or log-in page may stand between.`,
    );
    const most = request(server.address, { maximumBytes: 49_999 });
    expect((await failure(download(most, FAST))).message).toContain('must be at most 49999 bytes, got 50000');
  });

  test('stops at the maximum when the server states no length and sends without end', async () => {
    const server = await hostileServer((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.write(BODY)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    const item = request(server.address);
    expect((await failure(download(item, FAST))).message).toMatch(/must be at most 100000 bytes, got \d+/);
    expect((await stat(item.part)).size).toBeLessThanOrEqual(100_000);
  });

  test('takes a body shorter than stated as a break', async () => {
    const server = await hostileServer((_, response) => {
      response.writeHead(200, { etag: '"version-1"', 'content-length': 50_000 });
      response.write(BODY.subarray(0, 30_000));
      whenWritten(part, 30_000, () => response.socket?.end());
    }, serve(BODY));
    const item = request(server.address);
    await download(item, FAST);
    await expectBody(item);
    expect(server.requests[1]!.headers.range).toBe('bytes=30000-');
  });

  test('counts only bytes that are new: a server that always breaks off early is given up', async () => {
    const server = await hostileServer((_, response) => {
      response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 100));
      whenWritten(part, 100, () => response.destroy());
    });
    const item = request(server.address);
    expect((await failure(download(item, FAST))).message).toContain('after 3 attempts without a new byte');
  });

  test('an abort ends it with its reason, in the body and in a pause; the part stays', async () => {
    const server = await hostileServer(stall(BODY, 7000));
    const item = request(server.address);
    const controller = new AbortController();
    const reason = new Error('the user pressed Ctrl-C');
    const slow = { ...FAST, signal: controller.signal };
    const running = download(item, {
      ...slow,
      onProgress: ({ received }) => {
        if (received >= 7000) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect((await stat(item.part)).size).toBe(7000);

    const busy = await hostileServer(status(500));
    const pausing = new AbortController();
    setTimeout(() => {
      pausing.abort(reason);
    }, 100);
    const waiting = download(request(busy.address), {
      ...FAST,
      retryDelayMs: 60_000,
      signal: pausing.signal,
    });
    await expect(waiting).rejects.toBe(reason);
  });

  test('says when the place cannot be written', async () => {
    const server = await hostileServer(serve(BODY));
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, '');
    const item = request(server.address, { part: join(file, 'x.part') });
    expect((await failure(download(item, FAST))).message).toBe(
      `fetchDataset: ${item.part} must be writable, got ENOTDIR. Name another folder with --data DIR or OPI_DATA_DIR.`,
    );
  });
});
