import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readdirSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import { opi } from './opi.js';

const realData = process.env['OPI_DATA_DIR'] ?? '';
const SLOW = 60_000;

/** A server of this test; returns its address. */
async function server(answer: RequestListener): Promise<string> {
  const listening = createServer(answer);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
}

describe('opi data', () => {
  test(
    'fetch: a refused download, a log-in page and a mistyped name and address each give one error and no file',
    async () => {
      const folder = temporaryFolder();
      const missing = await server((_, response) => response.writeHead(404).end());
      const page = await server((_, response) => response.end('<html>Please log in</html>'));
      const [refused, rubbish, name, address] = await Promise.all([
        opi(['data', 'fetch', 'mnist', '--data', folder, '--url', missing]),
        opi(['data', 'fetch', 'cifar-10', '--data', folder, '--url', page]),
        opi(['data', 'fetch', 'cifar10', '--data', folder]),
        opi(['data', 'fetch', 'mnist', '--url', 'mirror.example']),
      ]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        `${missing}train-images-idx3-ubyte.gz must answer with status 200, got 404. Download it by hand and name its folder with --data DIR.`,
      );
      expect(rubbish.code).toBe(1);
      expect(rubbish.stderr).toMatch(
        /cifar-10-binary\.tar\.gz must hold cifar-10, 2 problems:\n.*checksum must be MD5 c32a1d4ab5d03f1284b67883e8d87530, got [0-9a-f]{32}\.\n.*archive must hold a whole tar\.gz file/,
      );
      expect([name.code, address.code]).toEqual([2, 2]);
      expect(name.stderr).toContain('unknown data set "cifar10"');
      expect(address.stderr).toContain(
        'It must be an address such as https://mirror.example/cifar/, got "mirror.example".',
      );
      for (const { stderr } of [refused, rubbish, name, address]) expect(stderr).not.toContain('    at ');
      expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['cifar-10-batches-bin', 'mnist']);
    },
    SLOW,
  );

  test(
    'fetch: Ctrl-C keeps what has come, for the next time',
    async () => {
      const folder = temporaryFolder();
      const part = join(folder, 'mnist', 'train-images-idx3-ubyte.gz.part');
      let told = false;
      const address = await server((_, response) => {
        response.writeHead(200, { etag: '"1"', 'content-length': 9_912_422 }).write(Buffer.alloc(100_000));
        told = true;
      });
      const run = opi(['data', 'fetch', 'mnist', '--data', folder, '--url', address], {
        signal: 'SIGINT',
        when: () => Promise.resolve(['', '.json'].every((end) => existsSync(`${part}${end}`))),
      });
      const { code } = await run;
      expect(told).toBe(true);
      expect(code).toBe(130);
      expect(readdirSync(join(folder, 'mnist')).sort()).toEqual([
        'train-images-idx3-ubyte.gz.part',
        'train-images-idx3-ubyte.gz.part.json',
      ]);
    },
    SLOW,
  );

  test(
    'list and verify: tell what is there, what is damaged, and how to get it',
    async () => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'mnist'));
      writeFileSync(join(folder, 'mnist', 't10k-labels-idx1-ubyte'), 'short');
      const [list, json, verify, nothing] = await Promise.all([
        opi(['data', 'list', '--data', folder]),
        opi(['data', 'list', '--json', '--data', folder]),
        opi(['data', 'verify', '--data', folder]),
        opi(['data', 'verify', '--data', temporaryFolder()]),
      ]);
      expect(list.code).toBe(0);
      expect(list.stdout).toContain(`data folder: ${folder} (argument)`);
      expect(list.stdout).toMatch(/cifar-10 +absent; get it with: opi data fetch cifar-10/);
      expect(list.stdout).toMatch(
        /mnist +partial\n[^]*t10k-labels-idx1-ubyte: size, expected 10008 bytes, found 5 bytes/,
      );
      const { datasets } = JSON.parse(json.stdout) as { datasets: { name: string; state: string }[] };
      expect(datasets.map(({ name, state }) => `${name} ${state}`)).toEqual([
        'cifar-10 absent',
        'cifar-100 absent',
        'mnist partial',
        'fashion-mnist absent',
        'imagenet absent',
      ]);
      expect(verify.code).toBe(1);
      expect(verify.stdout).toContain('mnist: NOT as published');
      expect(verify.stderr).toContain('Fetch them again: `opi data fetch mnist`.');
      expect(nothing.code).toBe(1);
      expect(nothing.stderr).toMatch(/no data set in .*Fetch one with `opi data fetch cifar-10`/);
    },
    SLOW,
  );

  test.skipIf(realData === '')(
    'verify and fetch agree with the official files (skipped without OPI_DATA_DIR)',
    async () => {
      const verify = await opi(['data', 'verify', 'mnist', 'fashion-mnist', '--data', realData]);
      expect([verify.code, verify.stdout.match(/every checksum agrees/g)?.length]).toEqual([0, 2]);
      // Port 9 answers nobody: there is nothing to download.
      const fetched = await opi([
        'data',
        'fetch',
        'mnist',
        '--data',
        realData,
        '--url',
        'http://127.0.0.1:9/',
      ]);
      expect([fetched.code, fetched.stdout]).toEqual([0, `mnist: complete in ${realData}\n`]);
    },
    SLOW,
  );
});
