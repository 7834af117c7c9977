import {
  compareAccuracy,
  compareGains,
  compareMeasures,
  firstSpikesOf,
  judgeFinding,
  type FindingVerdict,
  type LabelledRun,
  type SimulationResult,
} from '@opi-snn/harness';

/** The runs of an experiment by the id of their series (first seed), with the labels of the data set. */
export interface FindingsInput {
  readonly runs: ReadonlyMap<string, LabelledRun>;
  readonly labels: ArrayLike<number>;
  readonly timeSteps: readonly number[];
}

/** T at which the paper's ranking is claimed: more than a first impression, fewer than convergence. */
const RANKED = [4, 32] as const;

/** The paper's qualitative findings, each judged by paired tests; those that need other runs are listed as not run. */
export function judgeFindings(input: FindingsInput): FindingVerdict[] {
  const { runs, labels, timeSteps } = input;
  const [half, uniform, zero] = ['half', 'uniform', 'zero'].map((id) => runs.get(id)!) as [
    LabelledRun,
    LabelledRun,
    LabelledRun,
  ];
  const ranked = timeSteps.filter((t) => t >= RANKED[0] && t <= RANKED[1]);
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
      comparisons: compareGains(
        { first: half, second: zero, labels },
        neighbours(timeSteps.filter((t) => t >= RANKED[0])),
      ),
    }),
    judgeFinding({
      finding: 'deep-first-spikes-later',
      comparisons: delay(half, zero),
      effectUnit: 'time-steps',
    }),
    judgeFinding({ finding: 'best-constant', comparisons: [] }),
    judgeFinding({ finding: 'raises-other-methods', comparisons: [] }),
  ];
}

function neighbours(values: readonly number[]): [number, number][] {
  return values.slice(1).map((value, i) => [values[i]!, value]);
}

// A pair is a layer of the deeper half: how much later its neurons first fire without the potential.
function delay(half: LabelledRun, zero: LabelledRun): ReturnType<typeof compareMeasures>[] {
  const deep = (run: SimulationResult): number[] => {
    const layers = firstSpikesOf('', run);
    return layers.slice(Math.floor(layers.length / 2)).map(({ meanStep }) => meanStep ?? run.timeSteps + 1);
  };
  const timeSteps = half.run.timeSteps;
  return [
    compareMeasures({
      first: { label: `first spikes of the deeper layers, ${zero.label}`, values: deep(zero.run) },
      second: { label: `the same, ${half.label}`, values: deep(half.run) },
      condition: `layers of the deeper half, T = ${timeSteps}`,
      timeSteps,
    }),
  ];
}
