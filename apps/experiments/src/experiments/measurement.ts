import {
  annAccuracy,
  buildSeries,
  firstSpikesOf,
  joinRuns,
  joinSeries,
  type EvaluationResult,
  type EvaluationSpec,
  type FinishedRun,
  type LabelledRuns,
  type Measurement,
  type Series,
} from '@opi-snn/harness';
import { reportGrid } from '@opi-snn/simulation';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import { isRandom } from './planned-run.js';
import { publishedCells } from './published-cells.js';
import { measureLayerErrors } from './layer-errors.js';
import { roundingRemark } from './rounding-remark.js';
import { withEnergy } from './series-energy.js';
import type { SeriesPlan } from './series-plan.js';
import type { SeriesRun } from './series-runs.js';
import { recordSpikeTrains } from './spike-trains.js';
import type { Subject } from './subject.js';

/** Derives everything that is reported from the predictions of the ANN and the runs of all series. */
export async function buildMeasurement(
  definition: ExperimentDefinition,
  context: ExperimentContext,
  {
    ann,
    runs,
  }: { readonly ann: FinishedRun<EvaluationSpec, EvaluationResult>; readonly runs: readonly SeriesRun[] },
): Promise<Measurement> {
  const { subject, timeSteps } = context;
  const { labels } = subject.dataset;
  const accuracy = annAccuracy(ann.result, labels, ann.spec.backend);
  const plans = runs.map(({ plan }) => plan);
  const errors = await measureLayerErrors(context, plans);
  const spikeTrains = await recordSpikeTrains(context, plans);
  const input = { runs: labelledRuns(runs), ann: ann.result, labels, timeSteps, errors, spikeTrains };
  const series = runs.map((run) => withEnergy(seriesOf(run, labels, timeSteps), run.byTimeSteps));
  return {
    experiment: { id: definition.id, title: definition.title, question: definition.question },
    profile: context.settings.profile,
    ...(context.settings.precision === 'int16' && { precision: context.settings.precision }),
    network: {
      ...context.network,
      checkpoint: definition.subject.checkpoint,
      parameters: countParameters(subject),
    },
    dataset: { ...context.dataset, images: context.images, available: subject.dataset.length },
    ann: accuracy,
    timeSteps,
    series,
    // What each image adds is for tests, not for the report.
    errors: errors.map(({ imageBias: _, ...error }) => error),
    firstSpikes: definition.firstSpikes
      ? runs.flatMap(({ plan, byTimeSteps }) =>
          firstSpikesOf(plan.id, byTimeSteps.at(-1)!.input.runs[0]!.result),
        )
      : [],
    cells: publishedCells(definition.subject.published, series, accuracy, definition.showsAllPublished),
    findings: definition.judge(input),
    remarks: [
      ...remarks(context, plans),
      ...(await precisionRemarks(context, runs)),
      ...(definition.remarks?.(context) ?? []),
    ],
  };
}

function seriesOf({ byTimeSteps }: SeriesRun, labels: ArrayLike<number>, all: readonly number[]): Series {
  const each = byTimeSteps.length > 1;
  return joinSeries(
    byTimeSteps.map(({ timeSteps, input }) => buildSeries(input, labels, each ? [timeSteps] : all)),
  );
}

/** The runs that the paired tests compare, under every seed. */
function labelledRuns(runs: readonly SeriesRun[]): Map<string, LabelledRuns> {
  return new Map(
    runs.map(({ plan, byTimeSteps }) => {
      const seeds = byTimeSteps[0]!.input.runs.map(({ seed }) => seed);
      const joined = seeds.map((_, i) =>
        joinRuns(byTimeSteps.map(({ timeSteps, input }) => ({ timeSteps, result: input.runs[i]!.result }))),
      );
      return [plan.id, { label: plan.label, runs: joined, seeds: isRandom(plan) ? seeds : [] }];
    }),
  );
}

function remarks(
  { definition, images, seeds, subject }: ExperimentContext,
  plans: readonly SeriesPlan[],
): string[] {
  const measured = Math.min(definition.errorImages, images);
  const all = subject.dataset.length;
  return [
    ...(measured === 0
      ? []
      : [`Errors of layers are measured on the first ${measured} test images; nothing is chosen by them.`]),
    ...(plans.some(isRandom) && seeds.length > 1 && (definition.firstSpikes || measured > 0)
      ? [`First spikes and errors of layers of random potentials are those under seed ${seeds[0]!}.`]
      : []),
    ...(images < all ? [`Only the first ${images} of ${all} test images were used.`] : []),
  ];
}

/** What int16 costs the network that the experiment is about, predicted from the rates of its first series. */
async function precisionRemarks(context: ExperimentContext, runs: readonly SeriesRun[]): Promise<string[]> {
  const { settings, subject, images } = context;
  const own = runs.find(({ plan }) => plan.network === subject.snn);
  if (settings.precision === 'float32' || own === undefined) return [];
  const { plan } = await context.simulator();
  const { layers, timeSteps } = own.byTimeSteps.at(-1)!.input.runs[0]!.result;
  return [`${roundingRemark(reportGrid(plan, layers, images * timeSteps), timeSteps)}.`];
}

function countParameters({ ann }: Subject): number {
  const trained = [...ann.tensors].filter(([name]) => !name.endsWith('/mean') && !name.endsWith('/variance'));
  return trained.reduce((sum, [, { data }]) => sum + data.length, 0);
}
