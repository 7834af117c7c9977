import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { expectFailure, opi, type Outcome } from './opi.js';
import { smallDisk } from './small-disk.js';

const CHECKPOINT = fileURLToPath(new URL('../../../checkpoints/embedded-vgg.safetensors', import.meta.url));
const FEW = ['--images', '4', '--time-steps', '1', '--threads', '1', '--backend', 'wasm'];
/** 10,000 records of a label and 32 · 32 · 3 bytes. */
const CIFAR_10_TEST_BYTES = 30_730_000;

const reproduce = (out: string, ...more: string[]): Promise<Outcome> =>
  opi(['reproduce', ...FEW, '--out', out, ...more]);

/** A folder with a CIFAR-10 test file of the given length, all zeros. */
async function dataFolder(bytes: number): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'cifar-10-batches-bin'));
  const file = join(folder, 'cifar-10-batches-bin', 'test_batch.bin');
  await writeFile(file, '');
  await truncate(file, bytes);
  return folder;
}

describe('a data set that cannot be used', () => {
  const table = (data: string): Promise<Outcome> =>
    reproduce(temporaryFolder(), 'cifar10-resnet20', '--data', data);

  test('is missing', async () => {
    expectFailure(
      await table(temporaryFolder()),
      1,
      /test_batch\.bin: is missing \(expected 30730000 bytes\)\.\nRun `opi data fetch cifar-10`, or name the folder/u,
    );
  });

  test('is truncated', async () => {
    expectFailure(
      await table(await dataFolder(1000)),
      1,
      /test_batch\.bin: size must be 30730000 bytes, got 1000 bytes\.\nRun `opi data fetch cifar-10`/u,
    );
  });

  test('has the wrong checksum', async () => {
    expectFailure(
      await table(await dataFolder(CIFAR_10_TEST_BYTES)),
      1,
      /the test images of cifar-10 must be the published ones, with checksum 09a56879[0-9a-f]*, got [0-9a-f]{64}\. `opi data verify cifar-10 --data .*` says which file differs/u,
    );
  });
});

describe('a checkpoint that cannot be used', () => {
  const evaluate = (path: string): Promise<Outcome> => opi(['evaluate', path, '--images', '4']);
  const altered = async (change: (bytes: Buffer) => Uint8Array): Promise<string> => {
    const path = join(temporaryFolder(), 'network.safetensors');
    await writeFile(path, change(await readFile(CHECKPOINT)));
    return path;
  };

  test('is missing', async () => {
    expectFailure(await evaluate('/nowhere/a.safetensors'), 1, /no such file .*Train one with `opi train`/u);
  });

  test('is truncated', async () => {
    expectFailure(
      await evaluate(await altered((bytes) => bytes.subarray(0, 9000))),
      1,
      /network\.safetensors must be a whole safetensors file:\n.*the file is truncated/u,
    );
  });

  test('has one altered bit among its values', async () => {
    const flip = (bytes: Buffer): Buffer => {
      bytes[bytes.length - 100]! ^= 1;
      return bytes;
    };
    expectFailure(
      await evaluate(await altered(flip)),
      1,
      /network\.safetensors must be a whole safetensors file:\n.*must have the checksum [0-9a-f]{64} .*the file was altered or damaged/u,
    );
  });

  test('is another kind of file', async () => {
    expectFailure(
      await evaluate(await altered(() => Buffer.from('<!doctype html><title>404</title>'))),
      1,
      /network\.safetensors must be a whole safetensors file:\n.*of another kind/u,
    );
  });

  test('is a folder', async () => {
    expectFailure(await evaluate(temporaryFolder()), 1, /this is a folder where a file is expected/u);
  });
});

describe('an output folder that cannot be used', { timeout: 600_000 }, () => {
  test('lies below a file', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, 'a file');
    expectFailure(
      await reproduce(join(file, 'below')),
      1,
      `${file} must be writable, got ENOTDIR. A file stands where a folder is needed: choose another folder.`,
    );
    expect(await readFile(file, 'utf8')).toBe('a file');
  });

  test('is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, 'a file');
    expectFailure(await reproduce(file), 1, `${file} must be writable, got ENOTDIR.`);
  });

  test('is read-only', async (context) => {
    const disk = smallDisk('ro');
    if ('reason' in disk) {
      context.skip(disk.reason);
      return;
    }
    expectFailure(
      await reproduce(join(disk.folder, 'out')),
      1,
      `${disk.folder} must be writable, got EROFS. The file system is read-only: choose another folder.`,
    );
  });

  test('is on a full disk, and the run continues where there is room again', async (context) => {
    // Room for three of nine artifacts (a page each for entry and predictions), not for the rest.
    const disk = smallDisk('size=40k');
    if ('reason' in disk) {
      context.skip(disk.reason);
      return;
    }
    const out = join(disk.folder, 'out');
    expectFailure(
      await reproduce(out),
      1,
      /must be writable, got ENOSPC\. The disk is full: free some space or choose another folder/u,
    );
    expect(await readdir(join(out, 'store', 'tmp'))).toEqual([]);
    expect((await readdir(join(out, 'store', 'objects'))).length).toBeGreaterThan(0);
  });

  test('holds the network that is to be converted there', async () => {
    const cwd = temporaryFolder();
    const path = join(cwd, 'a.safetensors');
    await copyFile(CHECKPOINT, path);
    for (const out of [path, './a.safetensors'])
      expectFailure(
        await opi(['convert', path, '--out', out], { cwd }),
        2,
        /the source is never overwritten/u,
      );
    expect(await readFile(path)).toEqual(await readFile(CHECKPOINT));
  });

  test('is made where it is missing, and lies below a file only in vain', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    await writeFile(file, 'a file');
    const convert = (out: string): Promise<Outcome> => opi(['convert', CHECKPOINT, '--out', out]);
    const [made, refused] = await Promise.all([
      convert(join(folder, 'new', 'snn.safetensors')),
      convert(join(file, 'snn.safetensors')),
    ]);
    expect(made.code, made.stderr).toBe(0);
    expect(await readdir(join(folder, 'new'))).toEqual(['snn.safetensors']);
    expectFailure(
      refused,
      1,
      `${file} must be writable, got ENOTDIR. A file stands where a folder is needed: choose another folder.`,
    );
  });

  test.skipIf(process.platform !== 'linux')(
    'lies where the system allows none (Linux has /proc)',
    async () => {
      const commands = [
        ['data', 'fetch', 'mnist', '--data', '/proc/opi-test'],
        ['convert', CHECKPOINT, '--out', '/proc/opi-test/a.safetensors'],
        ['diagnose', CHECKPOINT, '--out', '/proc/opi-test/a.html'],
        ['reproduce', ...FEW, '--out', '/proc/opi-test'],
      ];
      for (const outcome of await Promise.all(commands.map((args) => opi(args))))
        expectFailure(outcome, 1, /\/proc\/opi-test must be writable, got ENOENT\. Choose another folder\./u);
    },
  );
});

describe('a result that cannot be used', () => {
  const report = async (text: string): Promise<Outcome> => {
    const path = join(temporaryFolder(), 'result.json');
    await writeFile(path, text);
    return opi(['report', path]);
  };

  test('is missing', async () => {
    expectFailure(await opi(['report', '/nowhere/result.json']), 1, /result\.json: no such file or folder/u);
  });

  test('is not JSON', async () => {
    expectFailure(await report('{"format": '), 1, /result\.json must be JSON, got 1 problem:/u);
  });

  test('is JSON of another kind', async () => {
    expectFailure(
      await report('{"format":"other"}'),
      1,
      /result\.json must be an experiment result, got \d problems:\n {2}format: .*opi-snn-result/u,
    );
  });
});
