import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  balanceBySpikingMaximum,
  calibrateAdvanced,
  calibrateBias,
  calibrateWithMethod,
  convertWithMethod,
  estimateDelay,
  HALF,
  RESET_BY_SUBTRACTION,
  ZERO,
  type CalibrationRun,
} from '@opi-snn/conversion';
import { loadDataset } from '@opi-snn/datasets';
import { loadNetwork, runNetwork, type Network, type NetworkNode } from '@opi-snn/network';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { calibrationRun } from '../src/calibration.js';
import { chooseCalibrationImages } from '../src/calibration-images.js';
import { CHECKPOINTS } from '../src/workspace.js';
import { opi } from './opi.js';

/** The embedded network and some of its training images. */
async function vgg(): Promise<{ ann: Network; run: CalibrationRun }> {
  const ann = await loadNetwork(join(CHECKPOINTS, 'embedded-vgg.safetensors'));
  const dataset = await loadDataset('shapes-10', 'train', {});
  const chosen = chooseCalibrationImages(ann, dataset, { images: 2, seed: 1 });
  return { ann, run: calibrationRun(chosen, { runner: { backend: 'wasm', threads: 1 } }) };
}

/** Mean of (φ − a)² of every layer after four steps. */
async function layerErrors(
  ann: Network,
  snn: Network,
  { images, count, simulate }: CalibrationRun,
): Promise<number[]> {
  const names = snn.description.nodes.filter(({ op }) => op === 'integrate-and-fire').map(({ name }) => name);
  const { activations } = runNetwork(ann, images, { activations: names });
  const { counts } = await simulate(snn, { images, count, timeSteps: 4, output: false, counted: names });
  return names.map((name) => {
    const [theta, a, spikes] = [
      snn.tensors.get(`${name}/threshold`)!.data[0]!,
      activations.get(name)!.data,
      counts.get(name)!,
    ];
    return a.reduce((sum, value, i) => sum + ((theta * spikes[i]!) / 4 - value) ** 2, 0) / a.length;
  });
}

/**
 * image [1, 1, 2] → flatten → first (identity) → act1 (bounds 0.75) → second (sum) → act2 (bound 2) → logits; traced by hand
 * for the image (0.75, 0.5).
 */
function chain(): Network {
  const dense = (name: string, input: string, units: number): NetworkNode => {
    return { op: 'dense', name, inputs: [input], units, bias: true };
  };
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [1, 1, 2] },
    { op: 'flatten', name: 'flat', inputs: ['image'] },
    dense('first', 'flat', 2),
    { op: 'clip', name: 'act1', inputs: ['first'] },
    dense('second', 'act1', 1),
    { op: 'clip', name: 'act2', inputs: ['second'] },
    dense('logits', 'act2', 2),
  ];
  const tensor = (
    shape: readonly number[],
    values: readonly number[],
  ): { shape: readonly number[]; data: Float32Array } => {
    return { shape, data: Float32Array.from(values) };
  };
  return {
    description: { format: 'opi-snn-network', formatVersion: 1, name: 'chain', nodes, output: 'logits' },
    tensors: new Map([
      ['first/kernel', tensor([2, 2], [1, 0, 0, 1])],
      ['first/bias', tensor([2], [0, 0])],
      ['act1/bound', tensor([1], [0.75])],
      ['second/kernel', tensor([2, 1], [1, 1])],
      ['second/bias', tensor([1], [0])],
      ['act2/bound', tensor([1], [2])],
      ['logits/kernel', tensor([1, 2], [1, -1])],
      ['logits/bias', tensor([2], [0, 0])],
    ]),
  };
}

const RUN: CalibrationRun = calibrationRun(
  { images: Float32Array.of(0.75, 0.5), count: 1, imageShape: [1, 1, 2] },
  { runner: { backend: 'reference' } },
);

describe('balanceBySpikingMaximum', () => {
  const options = { initialPotential: ZERO, neuron: RESET_BY_SUBTRACTION };

  test('takes the constant input of the first layer, and behind it the largest sum of spikes in one step', async () => {
    // act1, θ = 0.75: neuron 0 spikes at every step; neuron 1 at 0.5, 1.0*, 0.75*, 0.5 …: both together bring 0.75 + 0.75,
    // more than the ANN's 0.75 + 0.5.
    const rule = { kind: 'spiking-maximum', factor: 1, timeSteps: 4 } as const;
    const { layers, origin } = await balanceBySpikingMaximum(chain(), rule, RUN, options);
    expect(layers).toEqual({ act1: [0.75], act2: [1.5] });
    expect(origin).toBe('spiking maximum × 1, T = 4');
  });

  test('sees only the steps it is given: at the first one neuron 1 is still silent', async () => {
    const rule = { kind: 'spiking-maximum', factor: 1, timeSteps: 1 } as const;
    expect((await balanceBySpikingMaximum(chain(), rule, RUN, options)).layers['act2']).toEqual([0.75]);
    // From θ/2 it spikes at once: 0.375 + 0.5 ≥ 0.75.
    const charged = await balanceBySpikingMaximum(chain(), rule, RUN, { ...options, initialPotential: HALF });
    expect(charged.layers['act2']).toEqual([1.5]);
  });

  test('scales every layer by the factor, the layers behind with the spikes of the scaled ones', async () => {
    // θ = 0.375: both neurons spike at every step and carry 0.375 each.
    const rule = { kind: 'spiking-maximum', factor: 0.5, timeSteps: 4 } as const;
    expect((await balanceBySpikingMaximum(chain(), rule, RUN, options)).layers).toEqual({
      act1: [0.375],
      act2: [0.375],
    });
  });

  test('refuses a factor that gives no threshold', async () => {
    const rule = { kind: 'spiking-maximum', factor: 0, timeSteps: 4 } as const;
    await expect(balanceBySpikingMaximum(chain(), rule, RUN, options)).rejects.toThrow(
      'balanceBySpikingMaximum: factor must be finite and > 0, got 0.',
    );
  });
});

describe('calibrateBias', () => {
  test('adds what the mean response lacks, each layer with those before already corrected', async () => {
    // act1, T = 2: neuron 1 spikes once, φ = 0.375 instead of 0.5, so its bias is 0.125; then still once.
    // act2 gets 0.75, then 1.5: one spike, φ = 2/2 = 1 instead of 1.25, so its bias is 0.25.
    const { network: snn } = convertWithMethod(chain(), 'tcl');
    const corrected = await calibrateBias(chain(), snn, RUN, 2);
    expect([...corrected.tensors.get('first/bias')!.data]).toEqual([0, 0.125]);
    expect([...corrected.tensors.get('second/bias')!.data]).toEqual([0.25]);
    expect([...snn.tensors.get('first/bias')!.data]).toEqual([0, 0]);
  });
});

describe('calibrateAdvanced', () => {
  test('brings the last layer nearer to the ANN by potentials, and by weights again, those at the image and behind poolings', async () => {
    const { ann, run } = await vgg();
    const { network: light } = await calibrateWithMethod(ann, 'snnc-lp', run, { timeSteps: 4 });
    const calibrate = (rate: number): Promise<Network> => {
      const descent = { updates: 20, batch: 256, rate, seed: 1 };
      return calibrateAdvanced(ann, light, run, { timeSteps: 4, descent });
    };
    const [still, moved] = [await calibrate(0), await calibrate(4e-5)];
    const last = async (snn: Network): Promise<number> => (await layerErrors(ann, snn, run)).at(-1)!;
    expect(await last(still)).toBeLessThan(await last(light));
    expect(await last(moved)).toBeLessThan(await last(still));
    const changed = ['block1.conv1', 'block2.conv1', 'block2.conv2', 'block3.conv1', 'block3.conv2'].map(
      (conv) => {
        const kernel = (network: Network): Float32Array => network.tensors.get(`${conv}/kernel`)!.data;
        expect(kernel(still)).toEqual(kernel(light));
        return kernel(moved).some((weight, k) => weight !== kernel(light)[k]);
      },
    );
    expect(changed).toEqual([true, true, true, true, true]);
  });
});

describe('estimateDelay', () => {
  test('adds up, over the layers, what is missing to θ by the largest mean activation', () => {
    const { network: snn } = convertWithMethod(chain(), 'opi');
    // (1 − ½)/(0.75/0.75) + (1 − ½)/(1.25/2) = 0.5 + 0.8
    expect(estimateDelay(chain(), snn, RUN, HALF)).toBeCloseTo(1.3, 12);
    expect(estimateDelay(chain(), snn, RUN, ZERO)).toBeCloseTo(2.6, 12);
  });
});

describe('calibrateWithMethod', () => {
  test('runs what each method needs and says so in the report', async () => {
    const { report } = await calibrateWithMethod(chain(), 'snnc-lp', RUN, { timeSteps: 2 });
    expect(report.threshold).toBe('least squared error at T = 2');
    expect(report.notes).toEqual([
      'θ/(2T) with T = 2 is added to every input at every step: read the network after 2 steps.',
      'Biases are corrected on 1 training images for T = 2.',
    ]);
    const advanced = await calibrateWithMethod(chain(), 'snnc-ap', RUN, { timeSteps: 2 });
    expect(advanced.report.notes.at(-1)).toBe(
      'Biases, potentials and weights are calibrated on 1 training images for T = 2.',
    );
    const own = advanced.network.tensors.get('act1/initial-potential')!;
    expect(advanced.report.layers[0]!.initialPotential).toEqual({
      kind: 'fractions',
      fractions: [...own.data],
    });
    const rmp = await calibrateWithMethod(chain(), 'rmp', RUN);
    expect(rmp.report).toMatchObject({ method: 'rmp', threshold: 'spiking maximum × 0.8, T = 32' });
    expect(rmp.report.layers[0]!.theta).toEqual([Math.fround(0.8 * 0.75)]);
    const balanced = await calibrateWithMethod(chain(), 'local-balancing', RUN);
    expect(balanced.report.layers[0]!.theta).toHaveLength(2);
    // Statistics of the ANN: its largest activations are 0.75 and 1.25.
    const maximum = await calibrateWithMethod(chain(), 'max-norm', RUN);
    expect(maximum.report.layers.map(({ theta }) => theta)).toEqual([[0.75], [1.25]]);
  });

  test('refuses what is no method', async () => {
    await expect(calibrateWithMethod(chain(), 'best' as 'opi', RUN)).rejects.toThrow(
      'calibrateWithMethod: name must be one of opi, tcl, ',
    );
  });
});

// A whole process: seconds on an idle machine.
describe('opi convert', () => {
  test('calibrates methods that run the network, for the T asked for', async () => {
    const out = join(temporaryFolder(), 'snn.safetensors');
    const convert = ['convert', 'embedded-vgg', '--method', 'snnc-lp', '--images', '2', '--out', out];
    const { code, stdout, stderr } = await opi([...convert, '--time-steps', '4']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('thresholds by least squared error at T = 4');
    expect(stdout).toContain('note: Biases are corrected on 2 training images for T = 4.');
    expect(existsSync(out)).toBe(true);
    const without = await opi(convert);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain(
      'snnc-lp chooses its thresholds for one T, and none is given. Give timeSteps (--time-steps)',
    );
  });
});
