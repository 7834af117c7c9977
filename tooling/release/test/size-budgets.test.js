import { describe, expect, test } from 'vitest';
import { publishablePackages } from '../src/packages.js';
import { BUDGETS, exceeded, tarballLimit } from '../src/size-budgets.js';

describe('size budgets', () => {
  test('are kept up to the last byte, and exceeding one names package, limit, size and remedy', () => {
    const size = { name: 'a', limit: 100, what: 'tarball' };
    expect(exceeded([{ ...size, bytes: 100 }])).toEqual([]);
    expect(exceeded([{ ...size, bytes: 101 }])).toEqual([
      'a: its tarball must have at most 100 bytes, got 101: make it smaller, or raise tooling/release/size-budgets.json and say why in the commit',
    ]);
  });

  test('grow with each prebuilt binary, so that a release with all platforms is held to the same as one without', () => {
    expect(tarballLimit({ tarball: 100, prebuilt: 20 }, 0)).toBe(100);
    expect(tarballLimit({ tarball: 100, prebuilt: 20 }, 4)).toBe(180);
    expect(tarballLimit({ tarball: 100 }, 1)).toBe(100);
    expect(tarballLimit(undefined, 1)).toBe(undefined);
  });

  test('exist for every published package and for no other', async () => {
    const names = (await publishablePackages()).map(({ name }) => name);
    expect(Object.keys(BUDGETS).sort()).toEqual(names.sort());
  });
});
