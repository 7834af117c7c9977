import { join } from 'node:path';
import { loadResult, type ExperimentResult } from '@opi-snn/harness';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { chooseExperiments } from '../src/experiments/choose-experiments.js';
import { EXPERIMENTS } from '../src/experiments/registry.js';
import { expectFailure, opi, type Outcome } from './opi.js';

const FEW = ['--images', '6', '--time-steps', '1,4', '--threads', '1', '--backend', 'wasm'];

/** `opi reproduce` where no downloaded images are. */
const reproduce = (out: string, ...more: string[]): Promise<Outcome> =>
  opi(['reproduce', ...more, ...FEW, '--data', temporaryFolder(), '--out', out]);

async function resultOf(out: string, id: string): Promise<ExperimentResult> {
  return loadResult(join(out, 'results', `${id}.json`));
}

// Whole processes that load TensorFlow.js: seconds each on an idle machine, much more on a busy one.
describe('opi reproduce GROUP', { timeout: 600_000 }, () => {
  test('constants runs tenths of θ from 0 to 1 on every network whose images are there, and tells the others', async () => {
    const out = temporaryFolder();
    const { code, stderr, stdout } = await reproduce(out, 'constants', 'delay');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'opi: constants-cifar10-resnet20 is left out: the images of cifar-10 are not there (--data DIR, or `opi data fetch cifar-10`).',
    );
    expect(stdout).toContain('Constant potentials from 0 to θ, small VGG on the embedded images');
    const { measurement } = await resultOf(out, 'constants-embedded-vgg');
    const fractions = measurement.series.map(({ initialPotential }) => initialPotential);
    expect(fractions).toEqual(Array.from({ length: 11 }, (_, i) => ({ kind: 'fraction', fraction: i / 10 })));
    expect(measurement.findings.map(({ id, comparisons }) => [id, comparisons.length])).toEqual([
      ['best-constant', 10],
    ]);
    const delay = await resultOf(out, 'delay-embedded-vgg');
    expect(delay.measurement.findings.map(({ id }) => id)).toEqual(['deep-first-spikes-later']);
    expect(new Set(delay.measurement.firstSpikes.map(({ series }) => series))).toEqual(
      new Set(['half', 'zero']),
    );
    // Everything that the figure on delay needs was simulated for the constants already.
    expect(delay.environment.jobs.executed).toBe(0);
  });

  test('scaling finds the same spikes under scaled thresholds, expected-error measures every layer with its interval', async () => {
    const out = temporaryFolder();
    const { code, stderr, stdout } = await reproduce(out, 'scaling', 'expected-error');
    expect(code, stderr).toBe(0);
    const scaling = (await resultOf(out, 'scaling-embedded-vgg')).measurement;
    expect(scaling.findings.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['scaling-spikes-identical', 'supported'],
      ['normalisation-spikes-identical', 'supported'],
    ]);
    expect(stdout).toContain('5 of 5 layers have the same spike trains to the bit');
    const hashes = scaling.series.map(({ runs }) => runs[0]!.predictionHash);
    expect(hashes[1]).toBe(hashes[0]);
    // Other networks, by other addresses.
    expect(new Set(scaling.series.map(({ runs }) => runs[0]!.address)).size).toBe(3);
    const { errors, findings } = (await resultOf(out, 'expected-error-embedded-vgg')).measurement;
    expect(findings.map(({ id }) => id)).toEqual(['expected-error-zero', 'expected-error-nearer-zero']);
    expect(errors).toHaveLength(2 * 2 * 5);
    for (const { biasInterval, measured } of errors) {
      expect(biasInterval!.low).toBeLessThan(measured.bias);
      expect(biasInterval!.high).toBeGreaterThan(measured.bias);
    }
    const bias = (series: string): number[] =>
      errors
        .filter((error) => error.series === series && error.timeSteps === 4)
        .map(({ measured }) => measured.bias);
    // The first layer has constant input: a higher start never gives fewer spikes, and from 0 it lacks some.
    expect(bias('zero')[0]).toBeGreaterThan(0);
    expect(bias('half')[0]).toBeLessThan(bias('zero')[0]!);
  });

  test('ablation compares θ/2 with calibrated potentials, and keeps the calibrations', async () => {
    const out = temporaryFolder();
    const few = ['ablation-embedded-vgg', '--calibration-images', '4'];
    const { code, stderr } = await reproduce(out, ...few);
    expect(code, stderr).toBe(0);
    const first = await resultOf(out, 'ablation-embedded-vgg');
    const { series, findings, remarks } = first.measurement;
    expect(series.map(({ id }) => id)).toEqual([
      'half',
      'zero-mean-each',
      'calibrated-each',
      'joint-each',
      'calibrated-one',
      'joint-one',
    ]);
    // One run for all T, or one for each.
    expect(series.map(({ runs }) => new Set(runs.map(({ seed }) => seed)).size)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(findings.map(({ id }) => id)).toEqual(series.slice(1).map(({ id }) => `${id}-beats-half`));
    expect(remarks.filter((remark) => remark.startsWith('Predicted on the calibration images'))).toHaveLength(
      8,
    );
    expect(series[5]!.initialPotential).toMatchObject({
      'block1.activation1': { kind: 'fractions', fractions: expect.any(Array) as number[] },
    });
    const again = await reproduce(out, ...few);
    expect(again.stderr).not.toContain('calibrate (');
    const second = await resultOf(out, 'ablation-embedded-vgg');
    expect(second.hashes).toEqual(first.hashes);
    expect(second.environment.jobs.executed).toBe(0);
  });

  test('family judges θ/2 and calibrated potentials for each method on its own, and keeps what was converted', async () => {
    const out = temporaryFolder();
    const few = ['family', '--profile', 'quick', '--calibration-images', '4'];
    const { code, stderr, stdout } = await reproduce(out, ...few);
    expect(code, stderr).toBe(0);
    const { measurement, hashes } = await resultOf(out, 'family-embedded-vgg');
    const { series, findings } = measurement;
    const methods = [...new Set(series.map(({ method }) => method))];
    const uncalibrated: readonly string[] = ['snm', 'group-neurons', 'srp', 'cos'];
    expect(methods).toEqual(
      'opi max-norm robust-norm rts spike-norm rmp hybrid snnc-lp local-balancing snm group-neurons srp cos'.split(
        ' ',
      ),
    );
    expect(findings.map(({ id, confidence }) => [id, confidence])).toEqual(
      methods.flatMap((method) => [
        [`raises-${method}`, 'confirmed'],
        ...(uncalibrated.includes(method) ? [] : [[`calibrated-raises-${method}`, 'ours']]),
      ]),
    );
    for (const method of methods) {
      const ids = series.filter((one) => one.method === method).map(({ id }) => id);
      const starts = uncalibrated.includes(method) ? ['half', 'zero'] : ['calibrated', 'half', 'zero'];
      expect(ids.toSorted()).toEqual(starts.map((start) => `${method}-${start}`));
    }
    for (const { accuracy } of series) expect(accuracy.map(({ timeSteps }) => timeSteps)).toEqual([1, 4]);
    // A network for one T is another network for another T; what is published comes first.
    expect(series.find(({ method }) => method === 'rts')).toMatchObject({
      id: 'rts-zero',
      label: 'rts (0 and shift)',
    });
    expect(stdout).toContain('Not run for want of a network trained for them: rnl');
    const again = await reproduce(out, ...few);
    expect(again.stderr).not.toContain('calibrate (');
    const second = await resultOf(out, 'family-embedded-vgg');
    expect(second.hashes).toEqual(hashes);
    expect(second.environment.jobs.executed).toBe(0);
  });

  test('knows groups by name, and suggests them', async () => {
    expectFailure(
      await reproduce(temporaryFolder(), 'constnts'),
      2,
      /unknown table "constnts" \(did you mean "constants"\?\)/u,
    );
    const { stdout } = await opi(['reproduce', '--list', '--data', temporaryFolder()]);
    for (const { id } of EXPERIMENTS) expect(stdout).toContain(id);
    expect(stdout).toContain(
      'Several networks at once: potentials, constants, delay, scaling, expected-error, ablation, family, comparison',
    );
  });
});

describe('chooseExperiments', () => {
  test('takes for all what can be run here, in the order of the list', async () => {
    const chosen = await chooseExperiments(['all'], 'quick', temporaryFolder());
    const embedded = EXPERIMENTS.filter(({ subject }) => subject.dataset === 'shapes-10');
    expect(embedded.length).toBeGreaterThan(3);
    expect(chosen).toEqual(embedded);
  });
});

describe('EXPERIMENTS', () => {
  test('have names that no other has, and groups are no names of experiments', () => {
    const ids = EXPERIMENTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { group } of EXPERIMENTS) expect(ids).not.toContain(group);
  });
});
