import {
  annAccuracy,
  buildSeries,
  firstSpikesOf,
  judgeCells,
  measuredCells,
  type EvaluationResult,
  type EvaluationSpec,
  type FinishedRun,
  type LabelledRun,
  type LayerError,
  type Measurement,
  type SeriesInput,
} from '@opi-snn/harness';
import { FLOAT_ORDER } from '@opi-snn/neuron-kernels';
import type { InitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import { judgeFindings } from './findings.js';
import { measureLayerErrors } from './layer-errors.js';
import type { Subject } from './subject.js';

/** Derives everything that is reported from the predictions of the ANN and the runs of all series. */
export async function buildMeasurement(
  context: ExperimentContext,
  ann: FinishedRun<EvaluationSpec, EvaluationResult>,
  inputs: readonly SeriesInput[],
): Promise<Measurement> {
  const { definition, subject, timeSteps } = context;
  const { labels } = subject.dataset;
  const accuracy = annAccuracy(ann.result, labels, ann.spec.backend);
  const series = inputs.map((input) => buildSeries(input, labels, timeSteps));
  const half = series.find(({ id }) => id === 'half')!;
  const { published } = definition;
  return {
    experiment: { id: definition.id, title: definition.title, question: definition.question },
    profile: context.settings.profile,
    network: {
      ...context.network,
      checkpoint: definition.checkpoint,
      parameters: countParameters(subject),
    },
    dataset: { ...context.dataset, images: context.images, available: subject.dataset.length },
    ann: accuracy,
    timeSteps,
    series,
    errors: await layerErrors(context, inputs),
    firstSpikes: inputs.flatMap(({ id, runs: [run] }) => firstSpikesOf(id, run!.result)),
    cells: published === undefined ? [] : judgeCells(published, measuredCells(half, accuracy)),
    findings: judgeFindings({ runs: firstRuns(inputs), ann: ann.result, labels, timeSteps }),
    remarks: remarks(context),
  };
}

/** The runs that the paired tests compare: of each series, the one with the first seed. */
function firstRuns(inputs: readonly SeriesInput[]): Map<string, LabelledRun> {
  return new Map(inputs.map(({ id, label, runs: [run] }) => [id, { label, run: run!.result }]));
}

function layerErrors(context: ExperimentContext, inputs: readonly SeriesInput[]): Promise<LayerError[]> {
  const { definition, images, settings, subject, timeSteps } = context;
  const specs = inputs.map(({ id, initialPotential, runs: [run] }) => ({
    kind: 'layer-errors' as const,
    specVersion: 2 as const,
    floatOrder: FLOAT_ORDER,
    network: context.network,
    dataset: context.dataset,
    images: { from: 0, to: Math.min(definition.errorImages, images) },
    series: id,
    initialPotential: initialPotential as InitialPotential,
    timeSteps,
    seed: run!.seed,
  }));
  return measureLayerErrors(specs, {
    subject,
    store: settings.store,
    runner: () => context.simulator(),
    signal: settings.signal,
  });
}

function remarks({ definition, images, subject }: ExperimentContext): string[] {
  const measured = Math.min(definition.errorImages, images);
  const all = subject.dataset.length;
  return [
    `Errors of layers are measured on the first ${measured} test images; nothing is chosen by them.`,
    ...(images < all ? [`Only the first ${images} of ${all} test images were used.`] : []),
  ];
}

function countParameters({ ann }: Subject): number {
  const trained = [...ann.tensors].filter(([name]) => !name.endsWith('/mean') && !name.endsWith('/variance'));
  return trained.reduce((sum, [, { data }]) => sum + data.length, 0);
}
