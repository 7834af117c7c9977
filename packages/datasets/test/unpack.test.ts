import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@opi-snn/test-utils';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatasetProblem } from '../src/index.js';
import { unpack } from '../src/unpack.js';
import { archiveOf, miniatureCifar, miniatureIdx, tarGz, type Entry, type Miniature } from './miniature.js';

/** A slow disk: files are opened after this time. */
const slowOpening = vi.hoisted(() => ({ milliseconds: 0 }));
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (...given) => {
    if (slowOpening.milliseconds > 0)
      await new Promise((resolve) => setTimeout(resolve, slowOpening.milliseconds));
    return real.open(...given);
  };
  return { ...real, open };
});

const cifar = miniatureCifar(1);
const entries = [...cifar.files].map(([name, content]): Entry => [
  { name: `miniature-bin/${name}` },
  content,
]);

let root = '';
let folder = '';
beforeEach(() => {
  root = temporaryFolder();
  folder = join(temporaryFolder(), '.');
});
afterEach(() => {
  slowOpening.milliseconds = 0;
});

function unpackBytes(
  bytes: Uint8Array,
  { definition }: Miniature = cifar,
  signal?: AbortSignal,
): Promise<DatasetProblem[]> {
  const archive = join(root, 'archive.part');
  writeFileSync(archive, bytes);
  return unpack({ definition, download: definition.downloads[0]!, archive, folder, signal });
}

/** The only problem; nothing may be left in the folder, and nothing beside it. */
async function refused(bytes: Uint8Array, miniature?: Miniature): Promise<Partial<DatasetProblem>> {
  const problems = await unpackBytes(bytes, miniature);
  expect(problems).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
  expect(readdirSync(root)).toEqual(['archive.part']);
  const { subject, expected, found } = problems[0]!;
  return { subject, expected, found };
}

describe('unpack', () => {
  test('puts the expected files of an archive in place, byte by byte, and nothing else', async () => {
    expect(await unpackBytes(await archiveOf(cifar))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['data_1.bin', 'data_2.bin', 'test.bin']);
    for (const [name, content] of cifar.files)
      expect(Buffer.compare(readFileSync(join(folder, name)), content)).toBe(0);
  });

  test('unpacks a single compressed file', async () => {
    const digits = miniatureIdx();
    const content = digits.files.get('train-images')!;
    expect(await unpackBytes(gzipSync(content), digits)).toEqual([]);
    expect(Buffer.compare(readFileSync(join(folder, 'train-images')), content)).toBe(0);
  });

  test.each([
    '../escape.bin',
    'miniature-bin/../../data_1.bin',
    '/etc/data_1.bin',
    'C:\\data_1.bin',
    '..\\data_1.bin',
    '\\\\server\\data_1.bin',
  ])('refuses the path %s', async (name) => {
    const archive = await tarGz([...entries, [{ name }, Buffer.from('x')]]);
    expect(await refused(archive)).toEqual({
      subject: 'archive',
      expected: 'paths inside its own folder',
      found: `the entry ${JSON.stringify(name)}`,
    });
  });

  test.each(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const)(
    'refuses a %s, even with an expected name',
    async (type) => {
      const archive = await tarGz([[{ name: 'miniature-bin/data_1.bin', type, linkname: '/etc/passwd' }]]);
      expect(await refused(archive)).toEqual({
        subject: 'archive',
        expected: 'files and folders only',
        found: `the ${type} "miniature-bin/data_1.bin"`,
      });
    },
  );

  test('does not take files deeper than one folder', async () => {
    const deep = entries.map(([head, content]): Entry => [{ name: `a/${head.name}` }, content!]);
    const problems = await unpackBytes(await tarGz(deep));
    expect(problems.map(({ expected, found }) => [expected, found])).toEqual([
      ['data_1.bin', 'no such entry'],
      ['data_2.bin', 'no such entry'],
      ['test.bin', 'no such entry'],
    ]);
  });

  test('names every missing file, and keeps none of the others', async () => {
    const problems = await unpackBytes(await tarGz(entries.slice(0, 1)));
    expect(problems.map(({ expected }) => expected)).toEqual(['data_2.bin', 'test.bin']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses a file that is there twice', async () => {
    expect(await refused(await tarGz([...entries, entries[0]!]))).toEqual({
      subject: 'archive',
      expected: 'data_1.bin once',
      found: 'it twice',
    });
  });

  test('stops writing a file at its right length', async () => {
    const long = Buffer.concat([cifar.files.get('data_1.bin')!, Buffer.alloc(1)]);
    const archive = await tarGz([[{ name: 'data_1.bin' }, long], ...entries.slice(1)]);
    expect(await refused(archive)).toEqual({
      subject: 'size',
      expected: '185 bytes',
      found: '186 bytes',
    });
  });

  test('tells a short file and wrong bytes with the expected checksum', async () => {
    const [short, wrong] = [
      cifar.files.get('data_1.bin')!.subarray(1),
      Buffer.from(cifar.files.get('data_2.bin')!),
    ];
    wrong[100]! ^= 1;
    const problems = await unpackBytes(
      await tarGz([[{ name: 'data_1.bin' }, short], [{ name: 'data_2.bin' }, wrong], entries[2]!]),
    );
    expect(problems).toEqual([
      { file: 'data_1.bin', subject: 'size', expected: '185 bytes', found: '184 bytes' },
      {
        file: 'data_2.bin',
        subject: 'checksum',
        expected: `MD5 ${cifar.definition.files[1]!.md5}`,
        found: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      },
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([0, 1, 5])(
    'refuses a truncated archive wherever it ends, files opened in %s ms',
    async (slow) => {
      const whole = await archiveOf(cifar);
      slowOpening.milliseconds = slow;
      for (const length of [5, 12, whole.length >> 1, whole.length - 9, whole.length - 1]) {
        expect(await refused(whole.subarray(0, length))).toMatchObject({
          subject: 'archive',
          expected: 'a whole tar.gz file',
        });
      }
    },
  );

  test('refuses what is not an archive: a web page, a damaged stream, a gzipped text', async () => {
    const damaged = Buffer.from(await archiveOf(cifar));
    damaged.fill(0x55, 40, 80);
    for (const bytes of [Buffer.from('<html>log in</html>'), damaged, gzipSync('plain text'.repeat(100))])
      expect(await refused(bytes)).toMatchObject({ subject: 'archive', expected: 'a whole tar.gz file' });
  });

  test('refuses a header that claims a huge file', async () => {
    // A tar header alone, with a size of 8 GiB − 1 in octal and its checksum.
    const header = Buffer.alloc(1024);
    header.write('data_1.bin', 0);
    header.write('0000644\0', 100);
    header.write('77777777777\0', 124);
    header.write('        0', 148);
    header.write('ustar\0' + '00', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(await refused(gzipSync(Buffer.concat([header, Buffer.alloc(4096)])))).toMatchObject({
      subject: 'size',
      expected: '185 bytes',
      found: '8589934591 bytes',
    });
  });

  test('bounds a bomb: stops after 16 MiB beyond the right length, and writes nothing of it', async () => {
    const bomb = await tarGz([[{ name: 'zeros.txt' }, Buffer.alloc(17 * 1024 * 1024)], ...entries]);
    expect(bomb.length).toBeLessThan(20_000);
    expect(await refused(bomb)).toEqual({
      subject: 'archive',
      expected: `at most ${592 + 16 * 1024 * 1024} unpacked bytes`,
      found: 'more',
    });
    const digits = miniatureIdx();
    expect(await refused(gzipSync(Buffer.alloc(1024 * 1024)), digits)).toMatchObject({
      subject: 'size',
      found: 'more than 46 bytes',
    });
  });

  test('leaves a file that is already there alone until all new ones are right', async () => {
    writeFileSync(join(folder, 'data_1.bin'), 'old');
    await unpackBytes(await tarGz(entries.slice(0, 2)));
    expect(readFileSync(join(folder, 'data_1.bin'), 'utf8')).toBe('old');
    await unpackBytes(await archiveOf(cifar));
    expect(statSync(join(folder, 'data_1.bin')).size).toBe(185);
  });

  test('an abort ends it with its reason and leaves nothing', async () => {
    const reason = new Error('interrupted');
    await expect(unpackBytes(await archiveOf(cifar), cifar, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual([]);
  });
});
