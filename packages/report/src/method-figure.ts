import type { Measurement, Series } from '@opi-snn/harness';
import { ACCURACY_AXIS, annLine } from './accuracy-axis.js';
import type { DataRow, FigureModel, PlotLayer } from './figure.js';
import { percent } from './number-format.js';
import { accuracyAt } from './series-lookup.js';
import { seriesStyle } from './series-style.js';

/** Panels side by side and their size [px]. */
const COLUMNS = 3;
const WIDTH = 170;
const HEIGHT = 120;

/**
 * Accuracy against T for each of several methods, a panel each: the method as published, and from other potentials.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined for a single method
 */
export function methodFigure(measurement: Measurement): FigureModel | undefined {
  const { series, ann } = measurement;
  const methods = [...new Set(series.map(({ method }) => method))];
  const starts = [...new Set(series.map(startOf))];
  const data = methods.flatMap((method) =>
    series.filter((one) => one.method === method).flatMap((one) => rowsOf(one, starts)),
  );
  if (methods.length < 2 || data.length === 0) return undefined;
  const accuracies = [...data.map((row) => Number(row['accuracy'])), ...(ann === null ? [] : [ann.accuracy])];
  const domain = [Math.min(...accuracies), Math.max(...accuracies)];
  const panels = methods.map((method) => ({
    title: method,
    width: WIDTH,
    height: HEIGHT,
    layer: [
      ...(ann === null ? [] : [annLine(ann.accuracy)]),
      ...lines(
        data.filter((row) => row['method'] === method),
        domain,
        measurement.timeSteps,
      ),
    ],
  }));
  return {
    id: 'methods',
    title: 'Accuracy of each method against the number of time-steps',
    caption:
      `A panel for each method. ${legend(starts)} In the table the method as published stands first. The dotted line is ` +
      'the ANN.',
    description: description(series, measurement.timeSteps),
    data,
    spec: { columns: COLUMNS, concat: panels } as FigureModel['spec'],
  };
}

/** What a series says besides its method, such as `θ/2`: the same shape and colour in every panel. */
function startOf({ method, label }: Series): string {
  const rest = label.startsWith(method) ? label.slice(method.length).trim() : label;
  return rest.replace(/^\((.*)\)$/u, '$1');
}

/** The shapes in words, the first letter large. */
function legend(starts: readonly string[]): string {
  const parts = starts.map(
    (start, index) => `${SHAPE_NAMES[seriesStyle(index).shape] ?? 'others'}: ${start}`,
  );
  const [first = '', ...rest] = parts;
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...rest].join('; ')}.`;
}

const SHAPE_NAMES: Readonly<Record<string, string>> = {
  circle: 'circles',
  square: 'squares',
  'triangle-up': 'triangles',
  diamond: 'diamonds',
  cross: 'crosses',
  'triangle-down': 'triangles upside down',
};

function rowsOf(one: Series, starts: readonly string[]): DataRow[] {
  const rank = starts.indexOf(startOf(one));
  return one.accuracy.map(({ timeSteps, accuracy, interval }) => ({
    method: one.method,
    series: one.label,
    rank,
    timeSteps,
    accuracy,
    low: interval.low,
    high: interval.high,
  }));
}

function lines(
  rows: readonly DataRow[],
  domain: readonly number[],
  timeSteps: readonly number[],
): PlotLayer[] {
  const ranks = [...new Set(rows.map((row) => Number(row['rank'])))];
  const x = {
    field: 'timeSteps',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, nice: false, padding: 8 },
    axis: { values: [...timeSteps], format: 'd', grid: false },
    title: null,
  };
  const y = {
    ...ACCURACY_AXIS,
    field: 'accuracy',
    title: null,
    scale: { zero: false, domain: [...domain], nice: false, padding: 6 },
  };
  return ranks.flatMap((rank): PlotLayer[] => {
    const { color, dash, shape } = seriesStyle(rank);
    const values = rows.filter((row) => row['rank'] === rank);
    return [
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2, strokeDash: [...dash], color },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 40, opacity: 1, color, shape },
        encoding: { x, y },
      },
    ];
  });
}

function description(series: readonly Series[], timeSteps: readonly number[]): string {
  const values = series.map((one) => {
    const at = timeSteps.map((t) => percent(accuracyAt(one, t)?.accuracy, 1));
    return `${one.label}: ${at.join(', ')}`;
  });
  return `Accuracy in percent at T = ${timeSteps.join(', ')}. ${values.join('; ')}.`;
}
