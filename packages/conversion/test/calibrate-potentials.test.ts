import { cutNetwork, findNetworkProblems, runNetwork, type Network } from '@opi-snn/network';
import { CounterRandom } from '@opi-snn/theory';
import { describe, expect, it } from 'vitest';
import {
  calibratePotentials,
  convertWithMethod,
  type PotentialCalibration,
  type PotentialCalibrationOptions,
  type PotentialStrategy,
  RESET_TO_ZERO,
} from '../src/index.js';
import { stepDrive } from './step-drive.js';
import { tinyNetwork } from './tiny-network.js';

const IMAGES = 24;
const random = new CounterRandom(7);
const images = Float32Array.from({ length: IMAGES * 32 }, () => 2 * random.nextUniform() - 0.5);
const ann = tinyNetwork();
const { network } = convertWithMethod(ann, 'opi');

function calibrate(
  strategy: PotentialStrategy,
  options: Partial<PotentialCalibrationOptions> = {},
): Promise<PotentialCalibration> {
  const given = { timeSteps: 4, images, drive: stepDrive(images), source: { images: IMAGES } };
  return calibratePotentials(ann, network, { strategy, ...given, ...options });
}

/** Mean answer of each of act2's channels, and of the ANN's. */
async function meanAnswers(snn: Network, timeSteps: number): Promise<{ snn: number[]; ann: number[] }> {
  const theta = snn.tensors.get('act2/threshold')!.data;
  const fractions = snn.tensors.get('act2/initial-potential')?.data ?? Float32Array.of(0.5);
  const means = [0, 0, 0];
  await stepDrive(images)(snn, { node: 'act2', timeSteps }, (_, currents) => {
    means.forEach((_mean, c) => {
      const threshold = theta[c % theta.length]!;
      let v = fractions[c % fractions.length]! * threshold;
      for (let t = 0; t < timeSteps; t++) {
        v += currents[t * 3 + c]!;
        if (v < threshold) continue;
        v -= threshold;
        means[c]! += threshold / timeSteps / IMAGES;
      }
    });
  });
  const { data } = runNetwork(ann, images, { activations: ['act2'] }).activations.get('act2')!;
  return {
    snn: means,
    ann: [0, 1, 2].map((c) => data.reduce((sum, a, i) => sum + (i % 3 === c ? a : 0), 0) / IMAGES),
  };
}

describe('calibratePotentials', () => {
  it.each(['calibrated', 'joint'] as const)(
    '%s makes the mean answer of every channel that of the ANN, but for the step of one spike',
    async (strategy) => {
      const { network: calibrated, layers } = await calibrate(strategy);
      const answers = await meanAnswers(calibrated, 4);
      const before = await meanAnswers(network, 4);
      const distance = ({ snn, ann: goal }: typeof answers): number =>
        snn.reduce((sum, value, c) => sum + Math.abs(value - goal[c]!), 0);
      const theta = calibrated.tensors.get('act2/threshold')!.data;
      answers.snn.forEach((value, c) => {
        expect(Math.abs(value - answers.ann[c]!)).toBeLessThanOrEqual(
          (2 * theta[c % theta.length]!) / 4 / IMAGES,
        );
      });
      expect(distance(answers)).toBeLessThan(distance(before) / 2);
      expect(findNetworkProblems(calibrated)).toEqual([]);
      for (const { before: half, after } of layers) expect(after.bias).toBeLessThanOrEqual(half.bias);
    },
  );

  it('zero-mean looks at each layer alone: the spiking network is not run', async () => {
    const drive = (): never => {
      throw new Error('must not be called');
    };
    const { layers } = await calibrate('zero-mean', { drive });
    expect(layers.map(({ node }) => node)).toEqual(['act1', 'act2']);
    // The first layer has constant input: there the two are the same.
    const [first] = (await calibrate('calibrated')).layers;
    expect(layers[0]!.fractions).toEqual(first!.fractions);
    expect(layers[0]!.theta).toEqual([1, 2, 4]);
  });

  it('gives each layer what the calibrated layers before it send', async () => {
    const seen: (readonly [string, boolean])[] = [];
    await calibrate('calibrated', {
      drive: (snn, request, visit) => {
        seen.push([request.node, snn.tensors.has('act1/initial-potential')]);
        return stepDrive(images)(snn, request, visit);
      },
    });
    expect(seen).toEqual([
      ['act1', false],
      ['act2', true],
    ]);
  });

  it('joint chooses thresholds that suit the channel', async () => {
    const { layers } = await calibrate('joint', { timeSteps: 2 });
    const scales = layers.flatMap(({ theta }, i) =>
      theta.map((value, c) => value / (i === 0 ? 2 ** c : 0.5)),
    );
    for (const scale of scales)
      expect([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3]).toContainEqual(expect.closeTo(scale, 5));
    expect(new Set(scales.map((scale) => scale.toFixed(2))).size).toBeGreaterThan(1);
    layers.forEach(({ after }) => {
      expect(Number.isFinite(after.squaredError)).toBe(true);
    });
  });

  it('leaves the source as it was, records itself, and does the same twice', async () => {
    const tensors = new Map(network.tensors);
    const [one, two] = [await calibrate('joint'), await calibrate('joint')];
    expect(one.layers).toEqual(two.layers);
    expect([...network.tensors]).toEqual([...tensors]);
    expect(one.network.description.provenance).toMatchObject({
      conversion: { method: 'opi' },
      calibration: { strategy: 'joint', timeSteps: 4, source: { images: IMAGES } },
    });
    const { fractions } = one.layers[1]!;
    expect([...one.network.tensors.get('act2/initial-potential')!.data]).toEqual(fractions);
  });

  it('refuses everything that is wrong, at once', async () => {
    const zero = convertWithMethod(ann, 'opi', { neuron: RESET_TO_ZERO }).network;
    const other = cutNetwork(ann, 'act1');
    const wrong = calibratePotentials(other, zero, {
      strategy: 'calibrated',
      timeSteps: 0.5,
      images: images.subarray(0, 40),
      drive: stepDrive(images),
      source: null,
    });
    await expect(wrong).rejects.toThrow(
      new RangeError(
        'calibratePotentials: act1 must be reset by subtraction, got zero. ' +
          'ann must have an activation "act2" of the same shape. act2 must be reset by subtraction, got zero. ' +
          'timeSteps must be an integer ≥ 1, got 0.5. images must hold at least one whole image, got 40 values.',
      ),
    );
    const options = {
      strategy: 'calibrated',
      timeSteps: 1,
      images,
      drive: stepDrive(images),
      source: null,
    } as const;
    await expect(calibratePotentials(ann, ann, options)).rejects.toThrow(
      'calibratePotentials: network must have integrate-and-fire nodes, got none.',
    );
    const typo = { ...options, strategy: 'jiont' as 'joint' };
    await expect(calibratePotentials(ann, network, typo)).rejects.toThrow(
      'calibratePotentials: strategy must be one of zero-mean, calibrated, joint, got "jiont".',
    );
  });
});
