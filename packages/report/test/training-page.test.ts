import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import { renderTrainingPage, saveTrainingPage, type TrainingEpoch } from '../src/training-page.js';

function entry(epoch: number, changes: Partial<TrainingEpoch> = {}): TrainingEpoch {
  return {
    epoch,
    loss: 2 / epoch,
    accuracy: 1 - 0.5 / epoch,
    learningRate: 0.1 / epoch,
    seconds: 90,
    bounds: { 'block1.activation1': 4 / epoch, 'block2.activation1': 3 },
    ...changes,
  };
}

const LOG = [entry(1), entry(2, { testAccuracy: 0.8125 }), entry(3)];

describe('renderTrainingPage', () => {
  it('draws loss, accuracy, rate and the bound of every layer', async () => {
    const page = await renderTrainingPage({ title: 'resnet20 on cifar-10', epochs: 6, log: LOG });
    expect(page.match(/<svg/g)).toHaveLength(4);
    for (const text of ['Loss', 'Accuracy', 'Learning rate', 'Bound of each layer', 'block2.activation1'])
      expect(page).toContain(text);
    expect(page).toContain('3 of 6 epochs in 5 minutes, about 5 minutes left.');
    expect(page).toContain(
      '<th scope="row">2</th><td>1.0000</td><td>75.00</td><td>81.25</td><td>0.0500</td><td>2.00–3.00</td>',
    );
  });

  it('loads itself again while the run goes on, and no longer when it is done', async () => {
    const reload = '<meta http-equiv="refresh"';
    expect(await renderTrainingPage({ title: 'a', epochs: 4, log: LOG })).toContain(reload);
    const done = await renderTrainingPage({ title: 'a', epochs: 3, log: LOG });
    expect(done).not.toContain(reload);
    expect(done).toContain('3 of 3 epochs in 5 minutes.');
  });

  it('has something to say before the first epoch ends, and for a network without bounds', async () => {
    const empty = await renderTrainingPage({ title: 'a', epochs: 2, log: [] });
    expect(empty).toContain('The first of 2 epochs is running.');
    const relu = await renderTrainingPage({ title: 'a', epochs: 2, log: [entry(1, { bounds: {} })] });
    expect(relu.match(/<svg/g)).toHaveLength(3);
  });

  it('escapes names from outside and refers to nothing outside', async () => {
    const bounds = { '<script>alert(1)</script>': 1, b: 2 };
    const page = await renderTrainingPage({ title: '<script>', epochs: 1, log: [entry(1, { bounds })] });
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});

describe('saveTrainingPage', () => {
  it('replaces the page as a whole', async () => {
    const path = join(temporaryFolder(), 'training.html');
    await saveTrainingPage(path, { title: 'first', epochs: 3, log: LOG });
    await saveTrainingPage(path, { title: 'second', epochs: 3, log: LOG });
    expect(readFileSync(path, 'utf8')).toContain('<h1>second</h1>');
  });
});
