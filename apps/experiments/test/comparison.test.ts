import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishedMethods, type Measurement } from '@opi-snn/harness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPARISONS } from '../src/experiments/comparison.js';
import { runExperiment } from '../src/experiments/run-experiment.js';
import { EMBEDDED_VGG } from '../src/experiments/subjects.js';
import { quickSettings } from './quick-settings.js';

const VGG16 = { dataset: 'cifar-10', network: 'vgg16' };

test('there is a part for each network of each data set that anything was published of', () => {
  const parts = COMPARISONS.map(({ subject }) => subject.published!);
  expect(parts.map(({ dataset, network }) => `${dataset} ${network}`)).toEqual([
    'cifar-10 vgg16',
    'cifar-10 resnet18',
    'cifar-10 resnet20',
    'cifar-100 vgg16',
    'cifar-100 resnet18',
    'cifar-100 resnet20',
    'imagenet vgg16',
  ]);
  for (const part of parts) expect(publishedMethods(part).length).toBeGreaterThan(3);
});

// The committed small network and its images in the place of VGG-16 and CIFAR-10, which are not in the repository.
describe('a comparison of methods', { timeout: 600_000 }, () => {
  let measurement: Measurement;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opi-comparison-'));
    const [vgg] = COMPARISONS;
    const definition = { ...vgg!, subject: { ...EMBEDDED_VGG, published: VGG16 } };
    const settings = await quickSettings(folder, {
      images: 30,
      timeSteps: [4, 16],
      calibrationImages: 4,
    });
    ({ measurement } = await runExperiment(definition, settings));
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true }));

  test('runs OPI and the earlier methods on one network, each from its own start', () => {
    expect(measurement.series.map(({ id, label, method }) => [id, label, method])).toEqual([
      ['opi', 'opi (θ/2)', 'opi'],
      ['tcl', 'tcl (0)', 'tcl'],
      ['robust-norm', 'robust-norm (0)', 'robust-norm'],
      ['spike-norm', 'spike-norm (0)', 'spike-norm'],
      ['rmp', 'rmp (0)', 'rmp'],
      ['rts', 'rts (0 and shift)', 'rts'],
      ['snnc-lp', 'snnc-lp (0 and shift)', 'snnc-lp'],
    ]);
    // TCL is OPI from 0: the same thresholds, another start.
    const [opi, tcl] = measurement.series;
    expect(tcl!.runs[0]!.predictionHash).not.toBe(opi!.runs[0]!.predictionHash);
  });

  test('shows every published row: beside ours, as recalled only, or as not run', () => {
    const { cells } = measurement;
    const published = cells.filter(({ expected }) => expected !== null);
    expect(new Set(published.map(({ method }) => method))).toEqual(new Set(publishedMethods(VGG16)));
    const cellOf = (method: string, timeSteps: number) =>
      cells.find((cell) => cell.method === method && cell.timeSteps === timeSteps);
    // The one confirmed number of the paper is judged, by 30 images; what it says of them is another matter.
    const anchor = cellOf('opi', 16)!;
    expect(anchor).toMatchObject({
      expected: { accuracy: 0.9338, confidence: 'confirmed' },
      got: { images: 30, seeds: 1 },
    });
    expect(['agrees', 'better', 'worse']).toContain(anchor.outcome);
    expect(anchor.difference).toBeCloseTo(anchor.got!.accuracy - 0.9338, 12);
    expect(cellOf('robust-norm', 16)).toMatchObject({ outcome: 'recalled value only' });
    expect(cellOf('opi', 64)).toMatchObject({ outcome: 'not run', got: null });
    expect(cellOf('tsc', 64)).toMatchObject({ outcome: 'not run', got: null, difference: null });
    expect(measurement.remarks.join(' ')).toMatch(/Not run: .*tsc: its neurons code values in spike times/u);
  });

  test('compares OPI with each earlier method on the same images', () => {
    const [finding, ...more] = measurement.findings;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ id: 'beats-earlier-methods', confidence: 'recalled' });
    expect(finding!.comparisons.map(({ first, second, timeSteps }) => [first, second, timeSteps])).toEqual(
      [
        'tcl (0)',
        'robust-norm (0)',
        'spike-norm (0)',
        'rmp (0)',
        'rts (0 and shift)',
        'snnc-lp (0 and shift)',
      ].flatMap((second) => [4, 16].map((t) => ['opi (θ/2)', second, t])),
    );
  });
});
