import { writeFileAtomically } from '@opi-snn/harness';
import { drawFigure, FIGURE_HEIGHT, FIGURE_WIDTH } from './draw-figure.js';
import { escapeHtml } from './escape-html.js';
import type { FigureModel } from './figure.js';
import { htmlPage } from './html-page.js';
import { htmlTable } from './html-table.js';
import { SERIES_COLORS, seriesStyle } from './series-style.js';
import { cell, numbers, type TableModel } from './table.js';

/** One epoch that is done: a line of `training-log.jsonl`. */
export interface TrainingEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of training images answered rightly, in [0, 1]. */
  readonly accuracy: number;
  /** Share of test images, where it was measured. */
  readonly testAccuracy?: number;
  readonly learningRate: number;
  readonly seconds: number;
  /** Bound of the activation by layer, in the order of the network. */
  readonly bounds: Readonly<Record<string, number>>;
}

/** A training run to be shown. */
export interface TrainingPage {
  readonly title: string;
  /** Epochs of the whole run; while fewer are in the log, the page loads itself again every half minute. */
  readonly epochs: number;
  readonly log: readonly TrainingEpoch[];
}

/** Writes {@link renderTrainingPage} to a file, aside and then renamed. */
export async function saveTrainingPage(path: string, page: TrainingPage): Promise<void> {
  await writeFileAtomically(path, await renderTrainingPage(page));
}

/**
 * One self-contained HTML page that shows how a training run goes: curves of loss, accuracy, learning rate and the bound of
 * every layer, and the last epochs in numbers. Opens offline; every string from outside is escaped.
 */
export async function renderTrainingPage({ title, epochs, log }: TrainingPage): Promise<string> {
  const figures = await Promise.all(FIGURES.map((figure) => drawCurves(figure, log)));
  return htmlPage(
    title,
    `<header><h1>${escapeHtml(title)}</h1></header><p class="lead">${progress(epochs, log)}</p>
${figures.join('\n')}
${log.length === 0 ? '' : htmlTable(lastEpochs(log), 3)}`,
    log.length < epochs ? { reloadSeconds: 30 } : {},
  );
}

interface Curves {
  readonly title: string;
  readonly unit: string;
  readonly points: (entry: TrainingEpoch) => readonly (readonly [name: string, value: number])[];
}

const FIGURES: readonly Curves[] = [
  { title: 'Loss', unit: 'cross-entropy', points: ({ loss }) => [['training', loss]] },
  {
    title: 'Accuracy',
    unit: 'accuracy (%)',
    points: ({ accuracy, testAccuracy }) => [
      ['training (augmented)', 100 * accuracy],
      ...(testAccuracy === undefined ? [] : [['test', 100 * testAccuracy] as const]),
    ],
  },
  { title: 'Learning rate', unit: 'rate', points: ({ learningRate }) => [['rate', learningRate]] },
  {
    title: 'Bound of each layer',
    unit: 'bound of the activation, the later threshold',
    points: ({ bounds }) => Object.entries(bounds),
  },
];

async function drawCurves(curves: Curves, log: readonly TrainingEpoch[]): Promise<string> {
  const figure = curvesFigure(curves, log);
  if (figure.data.length === 0) return '';
  const id = figure.id;
  return `<figure aria-labelledby="${id}"><h3 id="${id}">${figure.title}</h3>
<div class="scroll" tabindex="0" role="img" aria-label="${escapeHtml(figure.description)}">${await drawFigure(figure)}</div>
<figcaption>${figure.caption}</figcaption></figure>`;
}

function curvesFigure({ title, unit, points }: Curves, log: readonly TrainingEpoch[]): FigureModel {
  const data = log.flatMap((entry) =>
    points(entry).map(([name, value]) => ({ epoch: entry.epoch, name, value })),
  );
  const names = [...new Set(data.map(({ name }) => name))];
  return {
    id: title.toLowerCase().replaceAll(' ', '-'),
    title,
    caption: `Over the epochs that are done: ${unit}.`,
    description: `${title} against the epoch: ${names.map((name) => lastValue(name, data)).join('; ')}.`,
    data,
    spec: {
      data: { values: data },
      width: FIGURE_WIDTH,
      height: FIGURE_HEIGHT,
      mark: { type: 'line', point: { size: 18 } },
      encoding: {
        x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickMinStep: 1 } },
        y: { field: 'value', type: 'quantitative', title: unit, scale: { zero: false } },
        color: {
          field: 'name',
          type: 'nominal',
          scale: { domain: names, ...colors(names.length) },
          legend: names.length > 1 ? { columns: LEGEND_COLUMNS } : null,
        },
      },
    },
  };
}

const LEGEND_COLUMNS = 4;

/** Layers are ordered: more of them than there are colours go from dark to light with depth, without the ends that vanish on a dark or a light ground. */
function colors(count: number): object {
  if (count > SERIES_COLORS) return { scheme: { name: 'viridis', extent: [0.25, 0.85] } };
  return { range: Array.from({ length: count }, (_, index) => seriesStyle(index).color) };
}

function lastValue(name: string, data: readonly { readonly name: string; readonly value: number }[]): string {
  const values = data.filter((row) => row.name === name);
  return `${name} ${values.at(-1)!.value.toPrecision(3)} at last`;
}

function progress(epochs: number, log: readonly TrainingEpoch[]): string {
  if (log.length === 0) return `The first of ${epochs} epochs is running.`;
  const seconds = log.reduce((sum, entry) => sum + entry.seconds, 0);
  const left = Math.ceil(((seconds / log.length) * (epochs - log.length)) / 60);
  const rest = log.length < epochs ? `, about ${left} minutes left` : '';
  return `${log.length} of ${epochs} epochs in ${Math.ceil(seconds / 60)} minutes${rest}.`;
}

function lastEpochs(log: readonly TrainingEpoch[]): TableModel {
  const heads = ['epoch', 'loss', 'training (%)', 'test (%)', 'rate', 'bounds', 'seconds'];
  return {
    title: 'Last epochs',
    note: 'Loss: mean cross-entropy. Training images are augmented. Bounds: the smallest and the largest over the layers.',
    columns: heads.map((head) => numbers(head)),
    rows: log.slice(-10).map((entry) => epochCells(entry).map((text) => cell(text))),
  };
}

function epochCells(entry: TrainingEpoch): string[] {
  const { epoch, loss, accuracy, testAccuracy, learningRate, seconds } = entry;
  const bounds = Object.values(entry.bounds);
  return [
    String(epoch),
    loss.toFixed(4),
    (100 * accuracy).toFixed(2),
    testAccuracy === undefined ? '' : (100 * testAccuracy).toFixed(2),
    learningRate.toPrecision(3),
    bounds.length === 0 ? '' : `${Math.min(...bounds).toFixed(2)}–${Math.max(...bounds).toFixed(2)}`,
    seconds.toFixed(1),
  ];
}
