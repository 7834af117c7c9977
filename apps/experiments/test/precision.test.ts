import { join } from 'node:path';
import type { ExperimentResult } from '@opi-snn/harness';
import { temporaryFolder } from '@opi-snn/test-utils';
import { expect, test } from 'vitest';
import { roundingRemark } from '../src/experiments/rounding-remark.js';
import { opi } from './opi.js';

interface Evaluation {
  readonly precision: string;
  readonly predictionHash: string;
  readonly grid?: readonly {
    readonly layer: string;
    readonly levels: number | null;
    readonly error: number;
  }[];
}

// Whole processes that load TensorFlow.js: seconds each on an idle machine, much more on a busy one.
const SLOW = { timeout: 600_000 };

test('opi evaluate --precision int16 names it and its predicted error', SLOW, async () => {
  const folder = temporaryFolder();
  const snn = join(folder, 'snn.safetensors');
  expect((await opi(['convert', 'embedded-vgg', '--out', snn])).code).toBe(0);
  const evaluate = async (...more: string[]): Promise<Evaluation> => {
    const few = ['--images', '6', '--time-steps', '4', '--threads', '1'];
    const { code, stdout, stderr } = await opi(['evaluate', snn, ...few, '--json', ...more]);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Evaluation;
  };
  const [int16, float32] = [await evaluate('--precision', 'int16'), await evaluate()];
  expect([int16.precision, float32.precision, float32.grid]).toEqual(['int16', 'float32', undefined]);
  expect(int16.grid!.map(({ levels }) => levels !== null && levels >= 128)).toEqual([
    ...int16.grid!.slice(1).map(() => true),
    false,
  ]);
  expect(int16.grid!.every(({ error }) => error > 0)).toBe(true);
  const reference = await evaluate('--precision', 'int16', '--kernels', 'reference');
  expect(reference.predictionHash).toBe(int16.predictionHash);
});

test('opi reproduce --precision int16 stands in result, report line and pins', SLOW, async () => {
  const folder = temporaryFolder();
  const few = ['--images', '6', '--time-steps', '1,2', '--threads', '1', '--backend', 'wasm'];
  const args = ['reproduce', 'embedded-vgg', ...few, '--precision', 'int16', '--out', folder];
  const { code, stdout, stderr } = await opi([...args, '--json']);
  expect(code, stderr).toBe(0);
  const [result] = JSON.parse(stdout) as ExperimentResult[];
  expect(result!.measurement.precision).toBe('int16');
  expect(result!.measurement.remarks.join('\n')).toMatch(/^int16: θ takes at least \d+ grid steps/m);
  expect(result!.environment.command).toContain('--precision int16');
  const verified = await opi([...args, '--verify']);
  expect(verified.code).toBe(1);
  expect(verified.stderr).toMatch(/embedded-vgg in int16, 6 images/);
});

test('the remark names the coarsest grid and the largest error, in % of θ, beside that of spikes', () => {
  const grid = [
    { layer: 'a', levels: 1024, error: 0.001 },
    { layer: 'b', levels: 500, error: 0.0005 },
    { layer: 'logits', levels: null, error: 3 },
  ];
  expect(roundingRemark(grid, 8)).toBe(
    "int16: θ takes at least 500 grid steps (b); predicted rms rounding error of a layer's mean current at most 0.100 % of θ (a), " +
      'beside 3.61 % that T = 8 spikes leave',
  );
});
