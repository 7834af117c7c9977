import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../src/index.js';

describe('temporaryFolder', () => {
  const made: string[] = [];

  it('gives a new empty folder at every call', () => {
    const folders = [temporaryFolder(), temporaryFolder('named-')];
    made.push(...folders);
    for (const folder of folders) expect(readdirSync(folder)).toEqual([]);
    expect(folders[0]).not.toBe(folders[1]);
    expect(basename(folders[1]!)).toMatch(/^named-/);
    writeFileSync(join(folders[0]!, 'file'), 'x');
  });

  it('has removed the folders of the previous test', () => {
    expect(made).toHaveLength(2);
    expect(made.filter(existsSync)).toEqual([]);
  });

  afterAll(() => {
    expect(made.filter(existsSync)).toEqual([]);
  });
});
