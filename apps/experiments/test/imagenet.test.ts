import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadResult } from '@opi-snn/harness';
import { temporaryFolder } from '@opi-snn/test-utils';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { expectFailure, opi } from './opi.js';

/** torchvision's VGG-16 with a 32nd of the channels and six classes; see generate-torchvision.py there. */
const STATE_DICT = fileURLToPath(
  new URL('../../../packages/interop/test/fixtures/torchvision-vgg16.pth', import.meta.url),
);

/** DIR/imagenet/{val,train} with two small images of each of three classes. */
async function imageFolder(): Promise<string> {
  const data = temporaryFolder();
  for (const split of ['val', 'train']) {
    for (const [label, wnid] of ['n01440764', 'n02102040', 'n03000684'].entries()) {
      const folder = join(data, 'imagenet', split, wnid);
      mkdirSync(folder, { recursive: true });
      for (const index of [0, 1]) {
        const noise = { type: 'gaussian', mean: 60 * (label + 1), sigma: 30 + 20 * index } as const;
        const background = { r: 80 * label, g: 40, b: 200 - 90 * index };
        const image = sharp({ create: { width: 60, height: 45, channels: 3, background, noise } });
        writeFileSync(join(folder, `${split}_${2 * label + index}.JPEG`), await image.jpeg().toBuffer());
      }
    }
  }
  return data;
}

describe('opi reproduce imagenet-vgg16', { timeout: 600_000 }, () => {
  test('runs on a small folder of images and weights imported from torchvision, and says how they were converted', async () => {
    const [data, checkpoints, out] = [await imageFolder(), temporaryFolder(), temporaryFolder()];
    const checkpoint = join(checkpoints, 'vgg16-imagenet.safetensors');
    const imported = await opi([
      ...['import', STATE_DICT, '--architecture', 'torchvision-vgg16', '--data-set', 'imagenet'],
      ...['--out', checkpoint],
    ]);
    expect(imported.code, imported.stderr).toBe(0);
    const few = ['--images', '4', '--time-steps', '1,4', '--threads', '1', '--backend', 'wasm'];
    const reproduce = ['reproduce', 'imagenet-vgg16', ...few, '--data', data, '--out', out];
    const { code, stderr } = await opi(reproduce, { environment: { OPI_CHECKPOINTS: checkpoints } });
    expect(code, stderr).toBe(0);
    const { measurement } = await loadResult(join(out, 'results', 'imagenet-vgg16.json'));
    expect(measurement.dataset).toMatchObject({ name: 'imagenet', images: 4 });
    expect(measurement.series.map(({ id, method }) => `${id} ${method}`)).toEqual(
      ['half', 'uniform', 'normal', 'zero'].map((id) => `${id} robust-norm`),
    );
    // Every layer has spiked: thresholds were measured, not left at nothing.
    const densities = measurement.series[0]!.layers.map(
      ({ spikesPerNeuronPerStep }) => spikesPerNeuronPerStep,
    );
    expect(densities).toHaveLength(15);
    expect(Math.min(...densities.slice(0, 13))).toBeGreaterThan(0);
    expect(measurement.remarks.join(' ')).toContain('maxima are gated by rate');
    const comparison = ['comparison-imagenet-vgg16', '--calibration-images', '3', ...few, '--data', data];
    const compared = await opi(['reproduce', ...comparison, '--out', out], {
      environment: { OPI_CHECKPOINTS: checkpoints },
    });
    expect(compared.code, compared.stderr).toBe(0);
    const { cells, remarks, series } = (
      await loadResult(join(out, 'results', 'comparison-imagenet-vgg16.json'))
    ).measurement;
    // Without trained bounds there is no TCL, and θ/2 stands on percentile thresholds.
    expect(series.map(({ id, method }) => `${id} ${method}`)).toEqual([
      'opi robust-norm',
      ...['robust-norm', 'rts'].map((id) => `${id} ${id}`),
    ]);
    expect(remarks.join(' ')).toMatch(/Not run: .*tcl: the network has no trained bounds/u);
    expect(cells.filter(({ method }) => method === 'tcl')).toMatchObject([
      { timeSteps: 250, expected: { accuracy: 0.7387, ann: null }, outcome: 'not run' },
    ]);
  });

  test('tells what provides images and checkpoint where they are not there', async () => {
    const data = temporaryFolder();
    const { code, stderr, stdout } = await opi([
      'reproduce',
      'potentials',
      '--data',
      data,
      '--images',
      '2',
      '--list',
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(
      'Register at image-net.org, then lay ILSVRC2012_img_val out in DIR/imagenet/val',
    );
    expect(stdout).toContain('opi import vgg16-397923af.pth --architecture torchvision-vgg16');
    expect(stdout).toContain(
      'opi train resnet18 --data-set cifar-100 --recipe paper --out resnet18-cifar100 && cp resnet18-cifar100/network.safetensors',
    );
    expectFailure(
      await opi(['reproduce', 'imagenet-vgg16', '--data', data]),
      1,
      /checkpoint .*vgg16-imagenet\.safetensors: no such file/u,
    );
  });
});
