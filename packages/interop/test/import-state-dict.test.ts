import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSmallVgg, buildVgg16, foldBatchNorm } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import {
  importStateDict,
  type ImportStateDictOptions,
  readNpz,
  readStateDict,
  verifyLogits,
} from '../src/index.js';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const read = (name: string): Promise<Buffer> => readFile(join(FIXTURES, name));

const QCFS = { op: 'qcfs', levels: 4 } as const;
const VGG16 = buildVgg16({
  classes: 10,
  activation: { op: 'relu' },
  width: 1 / 32,
  hiddenUnits: 12,
  inputShape: [64, 64, 3],
});
const LAYER_NAMES = 'ResNet with layerN.M.convK, shortcut, linear';

type Case = [file: string, samples: string, by: string, options: ImportStateDictOptions];
const CASES: Case[] = [
  ['resnet20.pth', 'resnet20', LAYER_NAMES, { architecture: 'resnet20' }],
  ['resnet20-legacy.pth', 'resnet20', LAYER_NAMES, { architecture: 'resnet20' }],
  ['resnet20.safetensors', 'resnet20', LAYER_NAMES, { architecture: 'resnet20' }],
  [
    'resnet20-qcfs.pth',
    'resnet20-qcfs',
    'ResNet of the QCFS code (convN_x, residual_function)',
    { architecture: 'resnet20', activation: QCFS },
  ],
  [
    'vgg16-features.pth',
    'vgg16-features',
    'VGG with one list of features and a classifier',
    { architecture: VGG16 },
  ],
  [
    'vgg16-features.pth',
    'vgg16-features',
    'VGG with one list of features and a classifier',
    { architecture: 'vgg16', imageSize: [64, 64] },
  ],
  [
    'vgg16-qcfs.pth',
    'vgg16-qcfs',
    'VGG of the QCFS code (layerN, dropout behind activations)',
    { architecture: VGG16 },
  ],
  ...['torchvision-vgg16', 'torchvision-vgg16-bn'].map((name): Case => [
    `${name}.pth`,
    name,
    'VGG with one list of features and a classifier',
    { architecture: name },
  ]),
  [
    'renamed.pth',
    'renamed',
    'order',
    { architecture: buildSmallVgg({ classes: 10, blocks: [[4], [8], [16]], activation: { op: 'relu' } }) },
  ],
];

describe('importStateDict', () => {
  test.each(CASES)('computes the logits of the source for %s', async (file, samplesName, by, options) => {
    const { network, matching, notes } = await importStateDict(await read(file), {
      source: file,
      ...options,
    });
    const samples = await readNpz(await read(`${samplesName}.npz`));
    expect(matching.by).toBe(by);
    expect(matching.unused).toEqual([]);
    const { largestDifference, sameArgMax } = verifyLogits(network, samples, 'NCHW');
    expect(largestDifference).toBeLessThan(1e-4);
    expect(sameArgMax).toBe(2);
    expect(verifyLogits(foldBatchNorm(network), samples, 'NCHW').largestDifference).toBeLessThan(1e-4);
    expect(notes.some((note) => note.includes('compare logits before use'))).toBe(by === 'order');
  });

  test('says which key fills which parameter', async () => {
    const { matching } = await importStateDict(await read('resnet20.pth'), { architecture: 'resnet20' });
    const keyOf = new Map(matching.matches.map(({ parameter, key }) => [parameter, key]));
    expect(keyOf.get('stage2.block1.shortcut.norm/variance')).toBe('layer2.0.shortcut.1.running_var');
    expect(keyOf.get('logits/kernel')).toBe('linear.weight');
  });

  test('takes the state dict out of a checkpoint and drops the prefix of DataParallel, and says so', async () => {
    const { notes } = await importStateDict(await read('resnet20-legacy.pth'), { architecture: 'resnet20' });
    expect(notes).toEqual(['State dict "net" of the checkpoint.', 'Prefix "module." dropped.']);
  });
});

describe('readStateDict', () => {
  test.each(['views.pth', 'views-legacy.pth'])(
    'reads tensors that are views of shared numbers in %s',
    async (file) => {
      const { tensors } = await readStateDict(await read(file));
      expect(tensors.get('view')!.shape).toEqual([4, 3]);
      expect([...tensors.get('view')!.read()]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
      expect([...tensors.get('same')!.read()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    },
  );

  test('reads half precision and brain floats exactly', async () => {
    const { tensors } = await readStateDict(await read('views.pth'));
    expect([...tensors.get('half')!.read()]).toEqual([...tensors.get('same')!.read()]);
    expect([...tensors.get('brain')!.read()]).toEqual([...tensors.get('same')!.read()]);
    expect(tensors.get('count')!.isFloat).toBe(false);
  });
});
