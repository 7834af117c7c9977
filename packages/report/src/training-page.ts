import { writeFileAtomically } from '@opi-snn/harness';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml } from './escape-html.js';

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
  const isRunning = log.length < epochs;
  const reload = isRunning ? '<meta http-equiv="refresh" content="30">' : '';
  const figures = await Promise.all(FIGURES.map((figure) => drawCurves(figure, log)));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${reload}
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${progress(epochs, log)}</p>
${figures.join('\n')}
${lastEpochs(log)}</main></body></html>
`;
}

const STYLE = `
:root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif}
main{max-width:52rem;margin:auto;padding:1rem}figure{margin:1.5rem 0}figure svg{max-width:100%;height:auto}
table{border-collapse:collapse}th,td{border-bottom:1px solid #8885;padding:.25rem .6rem;text-align:right;font-variant-numeric:tabular-nums}`;

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

async function drawCurves({ title, unit, points }: Curves, log: readonly TrainingEpoch[]): Promise<string> {
  const values = log.flatMap((entry) =>
    points(entry).map(([name, value]) => ({ epoch: entry.epoch, name, value })),
  );
  if (values.length === 0) return '';
  const names = [...new Set(values.map(({ name }) => name))];
  const spec = {
    data: { values },
    width: 560,
    height: 240,
    mark: { type: 'line', point: { size: 18 } },
    encoding: {
      x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickMinStep: 1 } },
      y: { field: 'value', type: 'quantitative', title: unit, scale: { zero: false } },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        // Layers are ordered: their colours go from dark to light with depth.
        scale: { domain: names, scheme: names.length > 6 ? 'viridis' : 'tableau10' },
        legend: names.length > 1 ? {} : null,
      },
    },
    config: {
      background: 'transparent',
      font: 'system-ui, sans-serif',
      axis: { gridColor: '#8884', labelColor: '#777', titleColor: '#777' },
      legend: { labelColor: '#777' },
      view: { stroke: null },
    },
  } as unknown as TopLevelSpec;
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `<figure><h2>${title}</h2>${await view.toSVG()}</figure>`;
  } finally {
    view.finalize();
  }
}

function progress(epochs: number, log: readonly TrainingEpoch[]): string {
  if (log.length === 0) return `The first of ${epochs} epochs is running.`;
  const seconds = log.reduce((sum, entry) => sum + entry.seconds, 0);
  const left = Math.ceil(((seconds / log.length) * (epochs - log.length)) / 60);
  const rest = log.length < epochs ? `, about ${left} minutes left` : '';
  return `${log.length} of ${epochs} epochs in ${Math.ceil(seconds / 60)} minutes${rest}.`;
}

function lastEpochs(log: readonly TrainingEpoch[]): string {
  const rows = log.slice(-10).map((entry) => {
    const bounds = Object.values(entry.bounds);
    const range =
      bounds.length === 0 ? '' : `${Math.min(...bounds).toFixed(2)}–${Math.max(...bounds).toFixed(2)}`;
    const test = entry.testAccuracy === undefined ? '' : (100 * entry.testAccuracy).toFixed(2);
    const cells = [
      entry.epoch,
      entry.loss.toFixed(4),
      (100 * entry.accuracy).toFixed(2),
      test,
      entry.learningRate.toPrecision(3),
      range,
      entry.seconds.toFixed(1),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const heads = ['epoch', 'loss', 'training (%)', 'test (%)', 'rate', 'bounds', 'seconds'];
  return `<table><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr>${rows.join('')}</table>`;
}
