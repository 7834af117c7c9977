import { describe, expect, test } from 'vitest';
import { judgeCells, wilsonInterval, type MeasuredCell, type PublishedCell } from '../src/index.js';

const query = { dataset: 'cifar-10', network: 'resnet20', method: 'opi' };
const published = (
  timeSteps: number,
  accuracy: number,
  change: Partial<PublishedCell> = {},
): PublishedCell => ({
  ...query,
  timeSteps,
  accuracy,
  ann: 92.74,
  confidence: 'confirmed',
  source: 'a paper',
  note: null,
  ...change,
});
const measured = (timeSteps: number, correct: number): MeasuredCell => ({
  timeSteps,
  accuracy: correct / 1000,
  ann: 0.9,
  images: 1000,
  seeds: 1,
  interval: wilsonInterval(correct, 1000),
});

describe('judgeCells', () => {
  test('agrees when the published value lies in our interval, else is better or worse', () => {
    // 800 of 1,000: 95 % interval 77.4 to 82.4 %.
    const outcome = (accuracy: number): string =>
      judgeCells(query, [measured(16, 800)], [published(16, accuracy)])[0]!.outcome;
    expect([79, 80, 82].map(outcome)).toEqual(['agrees', 'agrees', 'agrees']);
    expect([77, 83].map(outcome)).toEqual(['better', 'worse']);
  });

  test('counts the ends of the interval as inside', () => {
    const cell = measured(16, 800);
    const outcome = (accuracy: number): string =>
      judgeCells(query, [cell], [published(16, accuracy)])[0]!.outcome;
    expect(outcome(cell.interval.low * 100)).toBe('agrees');
  });

  test('shows a recalled value with its difference, and never judges it', () => {
    const [cell] = judgeCells(
      query,
      [measured(16, 100)],
      [published(16, 87.22, { confidence: 'recalled', note: 'from memory' })],
    );
    expect(cell).toMatchObject({
      ...query,
      timeSteps: 16,
      outcome: 'recalled value only',
      expected: { confidence: 'recalled', source: 'a paper', note: 'from memory' },
      got: { images: 1000, seeds: 1 },
    });
    expect(cell!.expected!.accuracy).toBeCloseTo(0.8722, 12);
    expect(cell!.expected!.ann).toBeCloseTo(0.9274, 12);
    expect(cell!.difference).toBeCloseTo(0.1 - 0.8722, 12);
  });

  test('has one cell for every T that either side has, ascending', () => {
    const cells = judgeCells(
      query,
      [measured(64, 900), measured(8, 500)],
      [published(16, 80), published(8, 50)],
    );
    expect(cells.map(({ timeSteps, outcome }) => [timeSteps, outcome])).toEqual([
      [8, 'agrees'],
      [16, 'not run'],
      [64, 'no published value'],
    ]);
    expect(cells[1]).toMatchObject({ got: null, difference: null });
    expect(cells[2]).toMatchObject({ expected: null, difference: null });
  });

  test("puts the paper's row beside ours: ResNet-20 on CIFAR-10 is recalled as a whole", () => {
    const cells = judgeCells(query, [measured(16, 734)]);
    expect(cells.map(({ timeSteps }) => timeSteps)).toEqual([8, 16, 32, 64, 128, 256, 512]);
    expect(cells.every(({ expected }) => expected?.confidence === 'recalled')).toBe(true);
    expect(cells[1]!.outcome).toBe('recalled value only');
  });
});
