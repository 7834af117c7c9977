import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { dataFolder, datasetFolder, DATASET_DEFINITIONS } from '../src/index.js';

describe('dataFolder', () => {
  test('is the argument, else OPI_DATA_DIR, else the cache folder; empty counts as absent', () => {
    const variables = { OPI_DATA_DIR: '/data', XDG_CACHE_HOME: '/cache' };
    expect(dataFolder('here', variables)).toEqual({ path: resolve('here'), source: 'argument' });
    expect(dataFolder('', variables)).toEqual({ path: '/data', source: 'OPI_DATA_DIR' });
    expect(dataFolder(undefined, { ...variables, OPI_DATA_DIR: '' })).toEqual({
      path: '/cache/opi-snn/data',
      source: 'default',
    });
    expect(dataFolder(undefined, {})).toEqual({
      path: join(homedir(), '.cache', 'opi-snn', 'data'),
      source: 'default',
    });
  });
});

describe('datasetFolder', () => {
  const { mnist } = DATASET_DEFINITIONS;
  const names = mnist.files.map(({ name }) => name);

  test('is the known sub-folder, or the folder itself, that holds most of the files', () => {
    const root = temporaryFolder();
    expect(datasetFolder(mnist, root)).toBe(join(root, 'mnist'));
    writeFileSync(join(root, names[0]!), '');
    expect(datasetFolder(mnist, root)).toBe(root);
    const torchvision = join(root, 'MNIST', 'raw');
    mkdirSync(torchvision, { recursive: true });
    for (const name of names.slice(0, 2)) writeFileSync(join(torchvision, name), '');
    expect(datasetFolder(mnist, root)).toBe(torchvision);
  });
});
