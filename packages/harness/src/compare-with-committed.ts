import type { CellOutcome } from './cell-verdict.js';
import type { FindingOutcome } from './finding-verdict.js';
import type { AccuracyPoint, ExperimentResult, Measurement, Series } from './result.js';

/** A result beside a committed one of the same experiment. */
export interface CommittedComparison {
  /** Numbers and verdicts that have a committed counterpart. */
  readonly compared: number;
  /** One sentence for everything that got worse, and for predictions that had to be the same and are not. */
  readonly regressions: readonly string[];
  /** Why nothing could be compared; null when something was. */
  readonly notCompared: string | null;
  /** Why the findings are not compared although the numbers are; null when they are. */
  readonly findingsNotCompared: string | null;
}

/**
 * Whether anything got worse against a committed result.
 *
 * A run with the same address (same network, images, conversion, potential, seed, T) must have the same predictions, to
 * the bit. Where the address differs (another checkpoint, a changed conversion) an accuracy regressed when its 95 %
 * interval lies wholly below the committed one; a finding or a cell when its verdict is a worse one. Nothing is compared
 * between different images, and no finding with one that was judged over more T or other seeds: fewer tests show less.
 *
 * @param result  just computed
 * @param committed  of the same experiment
 * @returns what was compared and what got worse
 */
export function compareWithCommitted(
  result: ExperimentResult,
  committed: ExperimentResult,
): CommittedComparison {
  const [now, then] = [result.measurement, committed.measurement];
  const [images, expected] = [describeImages(now), describeImages(then)];
  if (now.dataset.hash !== then.dataset.hash || images !== expected) {
    return {
      compared: 0,
      regressions: [],
      notCompared: `the committed result is of ${expected}, this one of ${images}`,
      findingsNotCompared: null,
    };
  }
  const findingsNotCompared = whyOtherFindings(now, then);
  const checks = [
    ...then.series.flatMap((series) => seriesChecks(now, then, series)),
    ...(findingsNotCompared === null ? findingChecks(now, then) : []),
    ...cellChecks(now, then),
  ];
  const regressions = checks.filter((check) => check !== null);
  const notCompared = checks.length === 0 ? 'they share no time-step and no verdict' : null;
  return { compared: checks.length, regressions, notCompared, findingsNotCompared };
}

/** What the committed findings were judged over and these were not. */
function whyOtherFindings(now: Measurement, then: Measurement): string | null {
  if (then.findings.length === 0) return null;
  const missing = then.timeSteps.filter((t) => !now.timeSteps.includes(t));
  if (missing.length > 0) return `they were judged with T = ${missing.join(', ')}, too`;
  const [seeds, expected] = [seedsOf(now), seedsOf(then)];
  return seeds === expected ? null : `they were judged over seeds ${expected}, these over ${seeds}`;
}

function seedsOf({ series }: Measurement): string {
  const seeds = series.flatMap(({ runs }) => runs.map(({ seed }) => seed));
  return [...new Set(seeds)].sort((a, b) => a - b).join(', ');
}

/** A sentence about what got worse; null when nothing did. */
type Check = string | null;

function describeImages({ dataset: { name, split, images } }: Measurement): string {
  return `${images} ${split} images of ${name}`;
}

function seriesChecks(now: Measurement, then: Measurement, committed: Series): Check[] {
  const series = now.series.find(({ id }) => id === committed.id);
  if (series === undefined) return [`series ${committed.id} is missing`];
  const runs = committed.runs.map((run) => ({
    committed: run,
    got: series.runs.find(({ address }) => address === run.address),
  }));
  if (runs.every(({ got }) => got !== undefined)) {
    return runs.map(({ committed: run, got }) =>
      run.predictionHash === got!.predictionHash
        ? null
        : `${series.id}, seed ${run.seed}: other predictions than the committed ones (${run.correct.join(', ')} right at T = ${then.timeSteps.join(', ')}; now ${got!.correct.join(', ')} at T = ${now.timeSteps.join(', ')})`,
    );
  }
  return committed.accuracy.flatMap((point) => {
    const got = series.accuracy.find(({ timeSteps }) => timeSteps === point.timeSteps);
    return got === undefined ? [] : [accuracyCheck(series.id, got, point)];
  });
}

function accuracyCheck(id: string, got: AccuracyPoint, committed: AccuracyPoint): Check {
  if (got.interval.high >= committed.interval.low) return null;
  return `${id} at T = ${got.timeSteps}: ${percent(got)} instead of ${percent(committed)}`;
}

function percent({ accuracy, interval: { low, high } }: AccuracyPoint): string {
  const of = (value: number): string => (100 * value).toFixed(2);
  return `${of(accuracy)} % (${of(low)} to ${of(high)})`;
}

const FINDING_RANK: Readonly<Record<FindingOutcome, number>> = {
  supported: 3,
  undecided: 2,
  contradicted: 1,
  'not run': 0,
};

function findingChecks(now: Measurement, then: Measurement): Check[] {
  return then.findings
    .filter(({ outcome }) => outcome !== 'not run')
    .map(({ id, outcome }) => {
      const got = now.findings.find((finding) => finding.id === id)?.outcome ?? 'not run';
      return FINDING_RANK[got] >= FINDING_RANK[outcome]
        ? null
        : `finding ${id}: ${got} instead of ${outcome}`;
    });
}

const CELL_RANK: Readonly<Partial<Record<CellOutcome, number>>> = { better: 1, agrees: 1, worse: 0 };

function cellChecks(now: Measurement, then: Measurement): Check[] {
  return then.cells.flatMap(({ method, network, timeSteps, outcome }) => {
    const rank = CELL_RANK[outcome];
    const got = now.cells.find(
      (cell) => cell.method === method && cell.network === network && cell.timeSteps === timeSteps,
    )?.outcome;
    const gotRank = got === undefined ? undefined : CELL_RANK[got];
    if (rank === undefined || gotRank === undefined) return [];
    return [
      gotRank >= rank ? null : `cell ${method}, ${network}, T = ${timeSteps}: ${got!} instead of ${outcome}`,
    ];
  });
}
