import {
  compareAccuracy,
  compareFirstSpikes,
  compareGains,
  judgeFinding,
  type EvaluationResult,
  type FindingVerdict,
  type LabelledRuns,
} from '@opi-snn/harness';
import type { LayerErrorRow } from './layer-errors.js';
import type { SpikeTrains } from './spike-trains.js';

/** The runs of an experiment by the id of their series, under every seed, with the ANN and the labels of the data set. */
export interface FindingsInput {
  readonly runs: ReadonlyMap<string, LabelledRuns>;
  readonly ann: EvaluationResult;
  readonly labels: ArrayLike<number>;
  readonly timeSteps: readonly number[];
  /** Of every series and layer; empty where the experiment measures none. */
  readonly errors: readonly LayerErrorRow[];
  /** Of every series; empty where the experiment records none. */
  readonly spikeTrains: readonly SpikeTrains[];
}

/** The largest T for which the paper claims its ranking; at which smaller ones it can be judged, the data decide. */
const RANKED_UP_TO = 32;

/** The paper's qualitative findings, each judged by paired tests; those that need other runs are listed as not run. */
export function judgeInitialPotentials({ runs, ann, labels, timeSteps }: FindingsInput): FindingVerdict[] {
  const run = (id: string): LabelledRuns => runs.get(id)!;
  const [half, uniform, zero] = [run('half'), run('uniform'), run('zero')];
  const ranked = timeSteps.filter((t) => t <= RANKED_UP_TO);
  return [
    judgeFinding({
      finding: 'initial-potential-ranking',
      comparisons: [
        ...compareAccuracy({ first: half, second: uniform, labels }, ranked),
        ...compareAccuracy({ first: uniform, second: zero, labels }, ranked),
      ],
    }),
    judgeFinding({
      finding: 'gain-grows-at-small-t',
      comparisons: compareGains({ first: half, second: zero, labels, ann }, neighbours(timeSteps)),
    }),
    judgeFinding({
      finding: 'deep-first-spikes-later',
      comparisons: [compareFirstSpikes(zero, half)],
      effectUnit: 'time-steps',
    }),
    leftTo('constants', 'best-constant'),
    leftTo('family', 'raises-other-methods'),
  ];
}

/** A finding that the experiments of another group are about. */
function leftTo(group: 'constants' | 'family', finding: string): FindingVerdict {
  const evidence = `Not asked here: \`pnpm opi reproduce ${group}\` does.`;
  return { ...judgeFinding({ finding, comparisons: [] }), evidence };
}

function neighbours(values: readonly number[]): [number, number][] {
  return values.slice(1).map((value, i) => [values[i]!, value]);
}
