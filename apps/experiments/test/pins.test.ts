import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { comparePins, formatPins, readPins, writePins, type Pin } from '../src/experiments/pins.js';

const pin: Pin = {
  experiment: 'embedded-vgg',
  images: 1000,
  timeSteps: 64,
  seeds: [1],
  correct: { half: 787 },
  predictions: 'a'.repeat(64),
};

describe('comparePins', () => {
  test('finds nothing where every prediction is the committed one', () => {
    expect(comparePins([pin], [{ ...pin, images: 5 }, pin])).toEqual([]);
    expect(formatPins([pin])).toContain('embedded-vgg, 1000 images, T = 64, seeds 1: every prediction is');
  });

  test('shows both hashes and what was right where they differ', () => {
    const other = { ...pin, predictions: 'b'.repeat(64), correct: { half: 786 } };
    expect(comparePins([other], [pin])).toEqual([
      `  embedded-vgg, 1000 images, T = 64, seeds 1:\n    expected ${pin.predictions}, correct {"half":787}\n    got      ${other.predictions}, correct {"half":786}`,
    ]);
  });

  test.each([{ experiment: 'x' }, { images: 999 }, { timeSteps: 32 }, { seeds: [2] }])(
    'fails where nothing is committed for %j',
    (change) => {
      expect(comparePins([{ ...pin, ...change }], [pin])[0]).toMatch(
        /nothing is committed for these images, time-steps and seeds$/u,
      );
    },
  );
});

describe('writePins', () => {
  test('replaces the pin of the same run and keeps the others', async () => {
    const path = join(temporaryFolder(), 'pins.json');
    expect(await readPins(path)).toEqual([]);
    const other = { ...pin, images: 5 };
    await writePins([pin, other], path);
    const better = { ...pin, predictions: 'c'.repeat(64) };
    await writePins([better], path);
    expect(await readPins(path)).toEqual([other, better]);
    expect(await readdir(join(path, '..'))).toEqual(['pins.json']);
  });

  test('refuses a file that is not a list of pins', async () => {
    const path = join(temporaryFolder(), 'pins.json');
    await writeFile(path, '[{"experiment":"x"}]');
    await expect(readPins(path)).rejects.toThrow(/images/u);
  });
});
