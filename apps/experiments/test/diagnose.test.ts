import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { convertWithMethod, setNeurons, type MethodName } from '@opi-snn/conversion';
import { loadDataset, type Dataset } from '@opi-snn/datasets';
import { loadNetwork, saveNetwork, type Network, type Tensor } from '@opi-snn/network';
import type { Diagnosis } from '@opi-snn/report';
import { temporaryFolder } from '@opi-snn/test-utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { diagnose } from '../src/diagnosis/diagnose.js';
import { diagnosisPair, type DiagnosisConversion } from '../src/diagnosis/subject.js';
import { CHECKPOINTS } from '../src/workspace.js';
import { expectFailure, opi } from './opi.js';

const CHECKPOINT = join(CHECKPOINTS, 'embedded-vgg.safetensors');
const LAYERS = [
  'block1.activation1',
  'block2.activation1',
  'block2.activation2',
  'block3.activation1',
  'block3.activation2',
];
/** The first, a middle and the last layer. */
const SPOILED = [LAYERS[0]!, LAYERS[2]!, LAYERS[4]!];
let ann: Network;
let snn: Network;
let dataset: Dataset;

beforeAll(async () => {
  ann = await loadNetwork(CHECKPOINT);
  snn = convertWithMethod(ann, 'opi').network;
  dataset = await loadDataset('shapes-10', 'train', {});
});

/** Diagnosis of a pair on a few training images. */
function diagnosisOf(pair: { ann: Network; snn: Network }, isTried = false): Promise<Diagnosis> {
  return diagnose(
    { ...pair, origin: 'spoiled', notes: [] },
    {
      title: 'small-vgg',
      command: 'pnpm opi diagnose',
      dataset,
      normalization: ann.description.preprocessing!,
      images: 16,
      timeSteps: 32,
      seed: 1,
      backend: 'wasm',
      runner: { threads: 1 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      isTried,
    },
  );
}

/** How an ANN is converted to be diagnosed. */
function conversion(method: MethodName): DiagnosisConversion {
  return {
    method,
    dataset,
    images: 16,
    timeSteps: 32,
    seed: 1,
    backend: 'wasm',
    runner: { threads: 1 },
    signal: new AbortController().signal,
    quiet: true,
  };
}

/** A network with one tensor changed value by value. */
function changed(network: Network, name: string, change: (value: number) => number): Network {
  const { shape, data } = network.tensors.get(name)!;
  return { ...network, tensors: new Map([...network.tensors, [name, { shape, data: data.map(change) }]]) };
}

/** The SNN with the raw weights of the ANN in one convolution, as if its batch norm had not been folded. */
function unfolded(convolution: string): Network {
  const tensors = new Map<string, Tensor>(snn.tensors);
  tensors.set(`${convolution}/kernel`, ann.tensors.get(`${convolution}/kernel`)!);
  tensors.delete(`${convolution}/bias`);
  const nodes = snn.description.nodes.map((node) =>
    node.name === convolution && node.op === 'conv2d' ? { ...node, bias: false } : node,
  );
  return { description: { ...snn.description, nodes }, tensors };
}

const named = ({ defects }: Diagnosis): unknown => defects.map(({ layer, cause }) => [layer, cause]);

describe('a diagnosis', () => {
  test('calls a sound network sound, and has the same numbers as its parts', async () => {
    const diagnosis = await diagnosisOf({ ann, snn });
    expect(diagnosis.defects).toEqual([]);
    expect(diagnosis.layers.map(({ layer }) => layer)).toEqual(LAYERS);
    for (const { correlation, error, clipped, percentiles } of diagnosis.layers) {
      expect(correlation).toBeGreaterThan(0.98);
      // The bounds of this network are reached and are its thresholds: nothing is clipped that the ANN does not clip.
      expect([error.clipping, clipped, percentiles.at(-1)!.value]).toEqual([0, 0, 1]);
    }
    expect(diagnosis.layers[0]!.error.inherited).toBeLessThan(1e-12);
    expect(diagnosis.accuracy).toHaveLength(32);
    expect(diagnosis.smallestTimeSteps).toBeGreaterThan(1);
    const at = diagnosis.accuracy[diagnosis.smallestTimeSteps! - 1]!;
    expect(at).toBeGreaterThanOrEqual(diagnosis.annAccuracy - 0.01);
    expect(diagnosis.energy.map(({ timeSteps }) => timeSteps)).toEqual([1, 2, 4, 8, 16, 32]);
  });

  test.each(SPOILED)('names %s when its threshold is ten times too high, and mends it', async (layer) => {
    const diagnosis = await diagnosisOf(
      { ann, snn: changed(snn, `${layer}/threshold`, (theta) => 10 * theta) },
      true,
    );
    expect(named(diagnosis)).toEqual([[layer, 'threshold-too-high']]);
    expect(diagnosis.suggestion!.text).toMatch(
      new RegExp(`^${layer} reaches only 0\\.1 θ: use .* as the threshold`),
    );
    const { before, after } = diagnosis.suggestion!.effect!;
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    expect(sum(after)).toBeGreaterThan(sum(before));
  });

  test.each(SPOILED)('names %s when its threshold is ten times too low', async (layer) => {
    const diagnosis = await diagnosisOf({
      ann,
      snn: changed(snn, `${layer}/threshold`, (theta) => theta / 10),
    });
    expect(named(diagnosis)).toEqual([[layer, 'threshold-too-low']]);
    expect(diagnosis.suggestion!.text).toMatch(
      new RegExp(`^${layer} clips \\d+\\.\\d % of activations: use `),
    );
  });

  test('names a dead layer of the spiking network, and that its weights differ from those of the ANN', async () => {
    const dead = changed(snn, 'block2.conv2/bias', (bias) => bias - 100);
    const diagnosis = await diagnosisOf({ ann, snn: dead }, true);
    expect(named(diagnosis)).toEqual([['block2.activation2', 'dead-layer']]);
    expect(diagnosis.defects[0]!.text).toMatch(
      /the layer is dead.*from which the weights of block2\.conv2 differ/u,
    );
    expect(diagnosis.layers[2]!.dead.snn).toBe(1);
    const { before, after } = diagnosis.suggestion!.effect!;
    expect(after.at(-1)!).toBeGreaterThan(before.at(-1)!);
  });

  test('names a layer that is dead in the ANN as well, for which there is nothing to try', async () => {
    const dying = changed(ann, 'block3.norm1/beta', () => -100);
    const diagnosis = await diagnosisOf({ ann: dying, snn: convertWithMethod(dying, 'opi').network }, true);
    expect(diagnosis.defects[0]).toMatchObject({ layer: 'block3.activation1', cause: 'dead-layer' });
    expect(diagnosis.defects[0]!.text).toContain('in the ANN 100.0 % of its neurons are dead as well');
    expect(diagnosis.suggestion).toBeNull();
  });

  test.each([
    ['block1.conv1', 'block1.activation1', 'block1.norm1'],
    ['block3.conv1', 'block3.activation1', 'block3.norm1'],
  ])(
    'names the batch norm behind %s when it was not folded, and mends it',
    async (convolution, layer, norm) => {
      const diagnosis = await diagnosisOf({ ann, snn: unfolded(convolution) }, true);
      expect(named(diagnosis)).toEqual([[layer, 'unfolded-batch-norm']]);
      expect(diagnosis.defects[0]!.text).toContain(`the batch norm ${norm} was not folded`);
      const { before, after } = diagnosis.suggestion!.effect!;
      expect(after.at(-1)!).toBeGreaterThan(0.8);
      expect(after.at(-1)!).toBeGreaterThanOrEqual(before.at(-1)!);
    },
  );

  test('proposes calibrated potentials to a sound network at θ/2, for half the steps it needs, and gains by them', async () => {
    const diagnosis = await diagnosisOf({ ann, snn }, true);
    const half = Math.floor(diagnosis.smallestTimeSteps! / 2);
    expect(diagnosis.suggestion!.text).toMatch(
      new RegExp(
        `^Spikes come unevenly, most of all in block\\d\\.activation\\d, where that takes .* % of the signal: .*--potential calibrated --calibrate-for ${half}\\.$`,
        'u',
      ),
    );
    const { before, after, images } = diagnosis.suggestion!.effect!;
    expect(images).toBe(16);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    expect(sum(after)).toBeGreaterThan(sum(before));
    // What is calibrated already is not calibrated again.
    const calibrated = LAYERS.reduce(
      (network, layer) => setNeurons(network, layer, { fractions: [0.5] }),
      snn,
    );
    expect((await diagnosisOf({ ann, snn: calibrated })).suggestion?.text ?? '').not.toContain('calibrate');
  });

  test('of a network with the shift θ/(2T) gives the reason why θ/2 is not suggested, and calibrates without the shift', async () => {
    const pair = await diagnosisPair({ path: 'vgg', network: ann }, undefined, conversion('rts'));
    const diagnosis = await diagnosisOf(pair, true);
    expect(diagnosis.notes.at(-1)).toBe(
      'The biases hold the shift θ/(2T) for T = 32, which by then has brought θ/2: an initial potential of θ/2 is not ' +
        'suggested, for both together are θ, as wrong as neither.',
    );
    expect(diagnosis.suggestion!.text).toContain('--potential calibrated');
    const { before, after } = diagnosis.suggestion!.effect!;
    // Read before step 32 the shift has brought less than θ/2, and calibrated potentials all they can.
    expect(after[3]!).toBeGreaterThan(before[3]!);
    const other = await diagnosisPair({ path: 'vgg', network: ann }, undefined, {
      ...conversion('rts'),
      timeSteps: 8,
    });
    expect((await diagnosisOf(other)).notes.at(-1)).toBe('This diagnosis is of T = 32: use --time-steps 8.');
  });

  test('names the first of several wrong layers first', async () => {
    const once = changed(snn, 'block3.activation1/threshold', (theta) => theta / 10);
    const twice = changed(once, 'block2.activation1/threshold', (theta) => theta * 10);
    expect(named(await diagnosisOf({ ann, snn: twice }))).toEqual([
      ['block2.activation1', 'threshold-too-high'],
      ['block3.activation1', 'threshold-too-low'],
    ]);
  });

  test('calls a ReLU network with percentile thresholds sound, and proposes θ/2 where it starts at rest', async () => {
    const nodes = ann.description.nodes.map((node) =>
      node.op === 'clip' ? ({ op: 'relu', name: node.name, inputs: node.inputs } as const) : node,
    );
    const tensors = new Map([...ann.tensors].filter(([name]) => !name.endsWith('/bound')));
    const relu: Network = { description: { ...ann.description, nodes }, tensors };
    const pair = await diagnosisPair({ path: 'relu', network: relu }, undefined, conversion('robust-norm'));
    const diagnosis = await diagnosisOf(pair, true);
    expect(diagnosis.defects).toEqual([]);
    for (const { clipped, error } of diagnosis.layers) {
      expect(clipped).toBeGreaterThan(0);
      expect(clipped).toBeLessThanOrEqual(0.001);
      expect(error.clipping).toBeGreaterThan(0);
    }
    expect(diagnosis.suggestion!.text).toContain('Start the neurons at θ/2');
    const { before, after } = diagnosis.suggestion!.effect!;
    expect(after[7]!).toBeGreaterThan(before[7]!);
  });
});

describe('the pair of an ANN and a method', () => {
  test.each(['rts', 'rmp', 'snnc-lp', 'crpi', 'srp'] as const)(
    '%s is measured on training images, for the T of the diagnosis',
    async (method) => {
      const pair = await diagnosisPair({ path: 'vgg', network: ann }, undefined, conversion(method));
      expect(pair.origin).toBe(`converted with ${method}`);
      const { layers } = await diagnosisOf(pair);
      // Every layer answers to its activations, whatever the thresholds.
      for (const { correlation } of layers) expect(correlation).toBeGreaterThan(0.7);
      if (method === 'snnc-lp') {
        expect(pair.notes).toContain(
          'θ/(2T) with T = 32 is added to every input at every step: read the network after 32 steps.',
        );
      }
      if (method === 'srp')
        expect(pair.notes.at(-1)).toBe('The diagnosis is of the run without this preparation.');
    },
  );

  test.each([
    ['tsc', 'neurons that are not rate coded'],
    ['group-neurons', 'groups of neurons, which fire several times a step'],
  ] as const)('%s is refused: %s', async (method, reason) => {
    const pair = diagnosisPair({ path: 'vgg', network: ann }, undefined, conversion(method));
    await expect(pair).rejects.toThrow(
      `diagnose compares activations with rates of plain neurons, but --method ${method} gives ${reason}. ` +
        'Measure its accuracy with `opi evaluate`',
    );
  });
});

describe('opi diagnose', () => {
  test('prints a table, writes a page, and says the same as JSON', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'high.safetensors');
    await saveNetwork(
      file,
      changed(snn, 'block2.activation1/threshold', (theta) => 10 * theta),
    );
    const args = [
      'diagnose',
      file,
      '--ann',
      'embedded-vgg',
      '--images',
      '16',
      '--time-steps',
      '32',
      '--backend',
      'wasm',
      '--out',
      join(folder, 'page.html'),
    ];
    const text = await opi(args);
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).toContain(
      '✗ Wrong first in block2.activation1: the threshold is about 10 times too high.',
    );
    expect(text.stdout).toMatch(/^✗ block2\.activation1/mu);
    expect(text.stdout).toContain('Add --try to measure its effect.');
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    for (const id of ['causes', 'correlation', 'scale', 'dead', 'first-spikes', 'layers'])
      expect(page).toContain(`id="d-${id}"`);
    expect(page).not.toMatch(/https?:\/\/(?!doi)/u);
    const json = await opi([...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      defects: [{ layer: 'block2.activation1', cause: 'threshold-too-high' }],
      timeSteps: 32,
      page: join(folder, 'page.html'),
    });
  });

  test('says that nothing was written when it is interrupted', async () => {
    const folder = join(temporaryFolder(), 'made-before-the-work');
    const args = [
      'embedded-vgg',
      '--images',
      '4000',
      '--backend',
      'wasm',
      '--out',
      join(folder, 'page.html'),
    ];
    const stopped = await opi(['diagnose', ...args], {
      signal: 'SIGINT',
      // The folder is made before the work; a moment later the work has begun.
      when: () =>
        stat(folder).then(
          ({ mtimeMs }) => Date.now() - mtimeMs > 200,
          () => false,
        ),
    });
    expectFailure(stopped, 130, 'opi: interrupted. Nothing was written.');
    expect(await readdir(folder)).toEqual([]);
  });

  test('refuses files that do not belong together, each with a remedy', async () => {
    const folder = temporaryFolder();
    const spiking = join(folder, 'snn.safetensors');
    await saveNetwork(spiking, snn);
    const expectRefusal = async (args: readonly string[], message: RegExp): Promise<void> => {
      expectFailure(await opi(['diagnose', ...args]), 2, message);
    };
    await expectRefusal([CHECKPOINT, '--ann', CHECKPOINT], /is an ANN itself; leave --ann out/u);
    await expectRefusal([spiking, '--method', 'opi'], /is a spiking network already; leave --method out/u);
    await expectRefusal([spiking, '--ann', spiking], /--ann must be an ANN, got the spiking network/u);
    await expectRefusal(
      [spiking, '--ann', 'resnet20-cifar10'],
      /has no activations called block1\.activation1, .*\(it has stem\.activation/u,
    );
  });
});
