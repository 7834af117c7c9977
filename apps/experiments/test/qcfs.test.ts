import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { loadNetwork, saveNetwork, type Network } from '@opi-snn/network';
import { temporaryFolder } from '@opi-snn/test-utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CIFAR10_RESNET20_QCFS_POTENTIALS } from '../src/experiments/initial-potentials.js';
import { runExperiment } from '../src/experiments/run-experiment.js';
import { CIFAR10_RESNET20_QCFS } from '../src/experiments/subjects.js';
import { CHECKPOINTS } from '../src/workspace.js';
import { expectFailure, opi } from './opi.js';
import { quickSettings } from './quick-settings.js';

let folder: string;
let file: string;
let network: Network;

/** The committed network with QCFS activations of 8 levels and the same bounds: not trained for them, but whole. */
beforeAll(async () => {
  const clipped = await loadNetwork(join(CHECKPOINTS, 'embedded-vgg.safetensors'));
  const nodes = clipped.description.nodes.map((node) =>
    node.op === 'clip' ? { op: 'qcfs' as const, name: node.name, inputs: node.inputs, levels: 8 } : node,
  );
  network = { ...clipped, description: { ...clipped.description, nodes } };
  folder = await mkdtemp(join(tmpdir(), 'opi-qcfs-'));
  file = join(folder, 'qcfs.safetensors');
  await saveNetwork(file, network);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a QCFS network', { timeout: 600_000 }, () => {
  test('is evaluated, converted with its λ and θ/2, and evaluated as a spiking network', async () => {
    const ann = await opi(['evaluate', file, '--images', '40', '--backend', 'wasm', '--json']);
    expect(ann.code, ann.stderr).toBe(0);
    const { accuracy } = JSON.parse(ann.stdout) as { accuracy: number };
    const out = join(temporaryFolder(), 'snn.safetensors');
    const converted = await opi(['convert', file, '--method', 'qcfs', '--out', out, '--json']);
    expect(converted.code, converted.stderr).toBe(0);
    const { report } = JSON.parse(converted.stdout) as {
      report: { layers: { node: string; theta: number[]; initialPotential: unknown }[] };
    };
    for (const { node, theta, initialPotential } of report.layers) {
      expect(theta).toEqual([...network.tensors.get(`${node}/bound`)!.data]);
      expect(initialPotential).toEqual({ kind: 'fraction', fraction: 0.5 });
    }
    const spiking = await opi(['evaluate', out, '--images', '40', '--time-steps', '32', '--json']);
    const { rows } = JSON.parse(spiking.stdout) as { rows: { accuracy: number }[] };
    expect(rows[0]!.accuracy).toBeGreaterThan(accuracy - 0.1);
  });

  test('is reproduced by its experiment, as method qcfs beside the published QCFS row', async () => {
    const definition = {
      ...CIFAR10_RESNET20_QCFS_POTENTIALS,
      errorImages: 2,
      subject: {
        dataset: 'shapes-10',
        checkpoint: relative(CHECKPOINTS, file),
        published: CIFAR10_RESNET20_QCFS.published!,
      },
    } as const;
    const { measurement } = await runExperiment(
      definition,
      await quickSettings(temporaryFolder(), {
        images: 4,
        timeSteps: [2, 8],
      }),
    );
    expect(new Set(measurement.series.map(({ method }) => method))).toEqual(new Set(['qcfs']));
    expect(measurement.cells.find(({ timeSteps }) => timeSteps === 8)!.expected).toMatchObject({
      accuracy: 0.8955,
      confidence: 'confirmed',
    });
  });

  test('has thresholds that no other method may shift', async () => {
    expectFailure(
      await opi([
        'convert',
        file,
        '--method',
        'max-norm',
        '--images',
        '4',
        '--out',
        join(temporaryFolder(), 'x'),
      ]),
      1,
      /qcfs was trained for the threshold λ/u,
    );
  });
});
