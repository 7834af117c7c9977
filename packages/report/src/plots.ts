import type { ExperimentResult } from '@opi-snn/harness';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { meanErrors } from './number-format.js';

/** A figure: its picture, what to see in it, and the numbers behind it. */
export interface Figure {
  readonly title: string;
  /** One or two sentences: what to see. */
  readonly caption: string;
  /** A complete SVG element. */
  readonly svg: string;
  /** The data, comma-separated with a header line. */
  readonly csv: string;
}

type Row = Readonly<Record<string, string | number | null>>;

/** Colours that stay apart for the colour-blind (Okabe & Ito) and on dark and light ground. */
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9'];
const WIDTH = 560;
const HEIGHT = 300;

/** All figures of a result, in reading order. */
export async function drawFigures(result: ExperimentResult): Promise<Figure[]> {
  return Promise.all([
    accuracyFigure(result),
    errorFigure(result),
    firstSpikeFigure(result),
    costFigure(result),
  ]);
}

function labelOf({ measurement }: ExperimentResult, id: string): string {
  return measurement.series.find((series) => series.id === id)?.label ?? id;
}

function shared(result: ExperimentResult): { color: object; shape: object } {
  const domain = result.measurement.series.map(({ label }) => label);
  const scale = { domain, range: COLORS.slice(0, domain.length) };
  return {
    color: { field: 'v0', type: 'nominal', scale, title: 'initial potential' },
    shape: { field: 'v0', type: 'nominal', scale: { domain }, title: 'initial potential' },
  };
}

async function accuracyFigure(result: ExperimentResult): Promise<Figure> {
  const { measurement } = result;
  const rows: Row[] = measurement.series.flatMap(({ label, accuracy }) =>
    accuracy.map(({ timeSteps, accuracy: share, interval }) => ({
      v0: label,
      T: timeSteps,
      accuracy: 100 * share,
      low: 100 * interval.low,
      high: 100 * interval.high,
    })),
  );
  const { color, shape } = shared(result);
  const x = {
    field: 'T',
    type: 'quantitative',
    scale: { type: 'log', base: 2 },
    title: 'time-steps T',
    axis: { values: measurement.timeSteps },
  };
  const y = { field: 'accuracy', type: 'quantitative', title: 'accuracy (%)' };
  const ann =
    measurement.ann === null
      ? []
      : [
          {
            data: { values: [{ ann: 100 * measurement.ann.accuracy }] },
            mark: { type: 'rule', strokeDash: [2, 4], color: '#888' },
            encoding: { y: { field: 'ann', type: 'quantitative' } },
          },
        ];
  return figure(
    'Accuracy against time-steps',
    'Higher and further left is better; bars are 95 % intervals, the dotted line is the ANN.',
    rows,
    {
      layer: [
        { mark: { type: 'line', point: false }, encoding: { x, y, color } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { x, y, color, shape } },
        {
          mark: { type: 'rule' },
          encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color },
        },
        ...ann,
      ],
    },
  );
}

async function errorFigure(result: ExperimentResult): Promise<Figure> {
  const rows: Row[] = meanErrors(result).flatMap(({ series, timeSteps, predictedSquare, measuredSquare }) => [
    { v0: labelOf(result, series), T: timeSteps, kind: 'predicted', error: predictedSquare },
    { v0: labelOf(result, series), T: timeSteps, kind: 'measured', error: measuredSquare },
  ]);
  const { color } = shared(result);
  const x = {
    field: 'T',
    type: 'quantitative',
    scale: { type: 'log', base: 2 },
    title: 'time-steps T',
    axis: { values: result.measurement.timeSteps },
  };
  const y = {
    field: 'error',
    type: 'quantitative',
    scale: { type: 'log' },
    title: 'mean squared error, (θ/T)²',
  };
  const strokeDash = {
    field: 'kind',
    type: 'nominal',
    title: 'error',
    scale: {
      domain: ['measured', 'predicted'],
      range: [
        [1, 0],
        [5, 4],
      ],
    },
  };
  return figure(
    'Predicted against measured error',
    'Mean over layers. The dashed prediction is that of one layer with even input; the distance to the solid line is what uneven spikes and the layers before add.',
    rows,
    { mark: { type: 'line', point: true }, encoding: { x, y, color, strokeDash } },
  );
}

async function firstSpikeFigure(result: ExperimentResult): Promise<Figure> {
  const rows: Row[] = result.measurement.firstSpikes.map(
    ({ series, depth, layer, meanStep, firedFraction }) => ({
      v0: labelOf(result, series),
      depth,
      layer,
      step: meanStep,
      fired: 100 * firedFraction,
    }),
  );
  const { color, shape } = shared(result);
  const x = { field: 'depth', type: 'quantitative', title: 'layer', axis: { tickMinStep: 1 } };
  const y = { field: 'step', type: 'quantitative', title: 'mean first spike (step)' };
  return figure(
    'First spike of each layer',
    'Mean over the neurons that fire. Without an initial potential the first spikes of deep layers come later.',
    rows,
    {
      layer: [
        { mark: 'line', encoding: { x, y, color } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { x, y, color, shape } },
      ],
    },
  );
}

async function costFigure(result: ExperimentResult): Promise<Figure> {
  const rows: Row[] = result.measurement.series.flatMap(({ label, layers }) =>
    layers.map(({ layer, spikesPerNeuronPerStep }, i) => ({
      v0: label,
      depth: i + 1,
      layer,
      density: 100 * spikesPerNeuronPerStep,
    })),
  );
  const { color, shape } = shared(result);
  const x = { field: 'depth', type: 'quantitative', title: 'layer', axis: { tickMinStep: 1 } };
  const y = { field: 'density', type: 'quantitative', title: 'neurons that spike in a step (%)' };
  return figure(
    'Spike density of each layer',
    'What a spiking network costs: every spike adds one row of weights, and nothing else is computed.',
    rows,
    {
      layer: [
        { mark: 'line', encoding: { x, y, color } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { x, y, color, shape } },
      ],
    },
  );
}

async function figure(title: string, caption: string, rows: readonly Row[], spec: object): Promise<Figure> {
  const config = {
    background: 'transparent',
    font: 'system-ui, sans-serif',
    axis: {
      gridColor: '#8884',
      labelColor: '#777',
      titleColor: '#777',
      domainColor: '#777',
      tickColor: '#777',
    },
    legend: { labelColor: '#777', titleColor: '#777' },
    view: { stroke: null },
  };
  const full = {
    ...spec,
    data: { values: rows },
    width: WIDTH,
    height: HEIGHT,
    config,
  } as unknown as TopLevelSpec;
  const view = new vega.View(vega.parse(compile(full).spec), { renderer: 'none' });
  try {
    return { title, caption, svg: await view.toSVG(), csv: toCsv(rows) };
  } finally {
    view.finalize();
  }
}

function toCsv(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: string | number | null | undefined): string => {
    const text = String(value ?? '');
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))].join(
    '\n',
  );
}
