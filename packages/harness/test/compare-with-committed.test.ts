import { describe, expect, test } from 'vitest';
import {
  compareWithCommitted,
  sealResult,
  wilsonInterval,
  type CellVerdict,
  type CommittedComparison,
  type FindingVerdict,
  type Measurement,
} from '../src/index.js';
import { ENVIRONMENT, MEASUREMENT } from './results.js';

const compare = (now: Measurement, then: Measurement = MEASUREMENT): CommittedComparison =>
  compareWithCommitted(sealResult(now, ENVIRONMENT), sealResult(then, ENVIRONMENT));

/** The measurement with its one run at another address, and so many right answers out of n. */
function retrained(correct: number, n: number): Measurement {
  const [half] = MEASUREMENT.series;
  const [point] = half!.accuracy;
  const accuracy = {
    ...point!,
    correct,
    images: n,
    accuracy: correct / n,
    interval: wilsonInterval(correct, n),
  };
  const runs = [{ ...half!.runs[0]!, address: String(correct), predictionHash: String(correct) }];
  return { ...MEASUREMENT, series: [{ ...half!, runs, accuracy: [accuracy] }] };
}

const finding = (outcome: FindingVerdict['outcome']): Measurement => ({
  ...MEASUREMENT,
  findings: [{ id: 'claim', outcome } as FindingVerdict],
});
const cell = (outcome: CellVerdict['outcome']): Measurement => ({
  ...MEASUREMENT,
  cells: [{ method: 'opi', network: 'net', timeSteps: 1, outcome } as CellVerdict],
});

describe('compareWithCommitted', () => {
  test('finds nothing wrong with the same numbers', () => {
    expect(compare(MEASUREMENT)).toEqual({
      compared: 1,
      regressions: [],
      notCompared: null,
      findingsNotCompared: null,
    });
  });

  test('wants the same predictions to the bit from the same inputs', () => {
    const [half] = MEASUREMENT.series;
    const runs = [{ ...half!.runs[0]!, predictionHash: 'ff', correct: [9] }];
    expect(compare({ ...MEASUREMENT, series: [{ ...half!, runs }] }).regressions).toEqual([
      'half, seed 1: other predictions than the committed ones (8 right at T = 1; now 9 at T = 1)',
    ]);
  });

  test('wants an accuracy within its uncertainty from other inputs', () => {
    const committed = retrained(900, 1000);
    expect(compare(retrained(890, 1000), committed).regressions).toEqual([]);
    expect(compare(retrained(950, 1000), committed).regressions).toEqual([]);
    expect(compare(retrained(800, 1000), committed).regressions).toEqual([
      'half at T = 1: 80.00 % (77.41 to 82.36) instead of 90.00 % (87.98 to 91.71)',
    ]);
  });

  test('misses a series that is gone', () => {
    expect(compare({ ...MEASUREMENT, series: [] }).regressions).toEqual(['series half is missing']);
  });

  test('notices a verdict that got worse, and only that', () => {
    expect(compare(finding('undecided'), finding('supported')).regressions).toEqual([
      'finding claim: undecided instead of supported',
    ]);
    expect(compare(MEASUREMENT, finding('contradicted')).regressions).toEqual([
      'finding claim: not run instead of contradicted',
    ]);
    expect(compare(finding('supported'), finding('undecided')).regressions).toEqual([]);
    expect(compare(cell('worse'), cell('better')).regressions).toEqual([
      'cell opi, net, T = 1: worse instead of better',
    ]);
    expect(compare(cell('agrees'), cell('better')).regressions).toEqual([]);
    expect(compare(cell('worse'), cell('recalled value only')).regressions).toEqual([]);
  });

  test('takes no finding for worse that was judged over fewer time-steps or other seeds', () => {
    const committed = finding('supported');
    const longer = { ...committed, timeSteps: [1, 2, 4] };
    expect(compare(finding('not run'), longer)).toEqual({
      compared: 1,
      regressions: [],
      notCompared: null,
      findingsNotCompared: 'they were judged with T = 2, 4, too',
    });
    const [half] = committed.series;
    const seeds = [1, 2].map((seed) => ({ ...half!.runs[0]!, seed }));
    const seeded = { ...committed, series: [{ ...half!, runs: seeds }] };
    expect(compare(finding('undecided'), seeded)).toMatchObject({
      regressions: [],
      findingsNotCompared: 'they were judged over seeds 1, 2, these over 1',
    });
    expect(compare({ ...finding('undecided'), timeSteps: [1, 2] }, committed).regressions).toEqual([
      'finding claim: undecided instead of supported',
    ]);
  });

  test('compares nothing between different images, and says why', () => {
    const fewer = { ...MEASUREMENT, dataset: { ...MEASUREMENT.dataset, images: 5 } };
    expect(compare(fewer)).toEqual({
      compared: 0,
      regressions: [],
      notCompared:
        'the committed result is of 10 test images of shapes-10, this one of 5 test images of shapes-10',
      findingsNotCompared: null,
    });
    expect(compare({ ...retrained(8, 10), timeSteps: [2] }, { ...MEASUREMENT, series: [] }).notCompared).toBe(
      'they share no time-step and no verdict',
    );
  });
});
