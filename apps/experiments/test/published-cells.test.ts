import { fraction } from '@opi-snn/conversion';
import { parseResult, type Series } from '@opi-snn/harness';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { publishedCells } from '../src/experiments/published-cells.js';

const COMMITTED = new URL('../../../results/cifar10-resnet20.json', import.meta.url);
const RESNET20 = { dataset: 'cifar-10', network: 'resnet20' };

test("a published row stands beside the series that starts from its method's own potential, wherever that stands", async () => {
  const { series, ann, cells } = parseResult(
    JSON.parse(await readFile(COMMITTED, 'utf8')),
    'the committed table',
  ).measurement;
  const half: Series = series.find(({ id }) => id === 'half')!;
  const zero: Series = series.find(({ id }) => id === 'zero')!;
  expect(half.initialPotential).toEqual(fraction(0.5));
  expect(publishedCells(RESNET20, [zero, half], ann!)).toEqual(cells);
  expect(publishedCells(RESNET20, [zero], ann!)).not.toEqual(cells);
  expect(publishedCells(undefined, [zero, half], ann!)).toEqual([]);
});
