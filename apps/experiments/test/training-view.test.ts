import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import type { EpochLog, TrainingProgress } from '@opi-snn/training';
import { describe, expect, test } from 'vitest';
import { watchTraining } from '../src/training-view.js';
import { opi } from './opi.js';

const ENTRY: EpochLog = {
  epoch: 1,
  loss: 1.5,
  accuracy: 0.5,
  learningRate: 0.1,
  seconds: 60,
  bounds: { 'block1.activation1': 3.5 },
};
const STEP: TrainingProgress = {
  epoch: 0,
  epochs: 2,
  step: 5,
  stepsPerEpoch: 5,
  loss: 1.5,
  accuracy: 0.5,
  learningRate: 0.1,
};

describe('watchTraining', () => {
  test('writes the page of the whole log after an epoch, not before', async () => {
    const folder = temporaryFolder();
    const page = join(folder, 'training.html');
    const view = watchTraining({ folder, title: 'small-vgg on shapes-10', epochs: 2, quiet: true });
    view.update(STEP);
    expect(existsSync(page)).toBe(false);
    writeFileSync(join(folder, 'training-log.jsonl'), `${JSON.stringify(ENTRY)}\n`);
    view.update({ ...STEP, finished: ENTRY });
    await view.stop();
    expect(readFileSync(page, 'utf8')).toContain('1 of 2 epochs in 1 minutes, about 1 minutes left.');
  });
});

describe('opi train', () => {
  test.each([
    ['--schedule', 'linear', 'Allowed choices are cosine, one-cycle, constant.'],
    ['--warm-up', '-1', 'got "-1".'],
    ['--activation', 'tanh', 'Allowed choices are clip, qcfs, rate-norm, relu.'],
  ])('%s %s says what is allowed', async (flag, value, message) => {
    const { code, stderr } = await opi(['train', 'small-vgg', '--data-set', 'shapes-10', flag, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
