import type { Measurement, Series } from '@opi-snn/harness';
import { ACCURACY_AXIS, annLine } from './accuracy-axis.js';
import { FIGURE_HEIGHT, FIGURE_WIDTH } from './draw-figure.js';
import type { DataRow, FigureModel, PlotLayer } from './figure.js';
import { percent } from './number-format.js';
import { accuracyAt } from './series-lookup.js';
import { seriesStyle } from './series-style.js';

/** With fewer constants the lines over T say the same. */
const FEWEST_CONSTANTS = 4;

/**
 * Accuracy against the constant potential in units of θ, one line per T (RQ2).
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined unless one method was run from at least four constants
 */
export function constantFigure(measurement: Measurement): FigureModel | undefined {
  const { series, ann, timeSteps } = measurement;
  const constants = series.filter((one) => fractionOf(one) !== undefined && one.method === series[0]?.method);
  if (constants.length < FEWEST_CONSTANTS) return undefined;
  const data = constants.flatMap((one) => rowsOf(one));
  if (data.length === 0) return undefined;
  return {
    id: 'constants',
    title: 'Accuracy against the constant initial potential',
    caption: `One line per number of time-steps; bars are 95 % intervals over images.${best(constants, timeSteps)}`,
    description: description(constants, timeSteps),
    data,
    spec: {
      width: FIGURE_WIDTH,
      height: FIGURE_HEIGHT,
      layer: [
        ...(ann === null ? [] : [annLine(ann.accuracy)]),
        ...timeSteps.flatMap((t, index) => lineOf(data, timeSteps, t, index)),
      ],
    },
  };
}

function fractionOf({ initialPotential: potential }: Series): number | undefined {
  return 'kind' in potential && potential.kind === 'fraction' ? potential.fraction : undefined;
}

function rowsOf(one: Series): DataRow[] {
  return one.accuracy.map(({ timeSteps, accuracy, interval }) => ({
    line: `T = ${timeSteps}`,
    timeSteps,
    fraction: fractionOf(one)!,
    accuracy,
    low: interval.low,
    high: interval.high,
  }));
}

function lineOf(data: readonly DataRow[], all: readonly number[], t: number, index: number): PlotLayer[] {
  const values = data.filter(({ timeSteps }) => timeSteps === t);
  const domain = all.map((one) => `T = ${one}`);
  const styles = all.map((_, i) => seriesStyle(i));
  const x = {
    field: 'fraction',
    type: 'quantitative',
    axis: { format: '~g', grid: false },
    scale: { nice: false, padding: 14 },
    title: 'initial potential (θ)',
  } as const;
  const y = { ...ACCURACY_AXIS, field: 'accuracy' };
  const color = {
    field: 'line',
    type: 'nominal',
    scale: { domain, range: styles.map((style) => style.color) },
    legend: { columns: domain.length },
  } as const;
  const shape = { ...color, scale: { domain, range: styles.map((style) => style.shape) } };
  return [
    {
      data: { values },
      mark: { type: 'line', strokeWidth: 2, strokeDash: [...styles[index]!.dash] },
      encoding: { x, y, color },
    },
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 1.5 },
      encoding: { x, y: { ...ACCURACY_AXIS, field: 'low' }, y2: { field: 'high' }, color },
    },
    {
      data: { values },
      mark: { type: 'point', filled: true, size: 60, opacity: 1 },
      encoding: { x, y, color, shape },
    },
  ];
}

function best(constants: readonly Series[], timeSteps: readonly number[]): string {
  const winners = timeSteps.map((t) => {
    const [first] = constants.toSorted(
      (a, b) => (accuracyAt(b, t)?.accuracy ?? 0) - (accuracyAt(a, t)?.accuracy ?? 0),
    );
    return `${first!.label} at T = ${t}`;
  });
  return ` Most accurate here: ${winners.join(', ')}; neighbours often lie within the intervals, the paired tests decide.`;
}

function description(constants: readonly Series[], timeSteps: readonly number[]): string {
  const lines = timeSteps.map((t) => {
    const values = constants.map((one) => percent(accuracyAt(one, t)?.accuracy, 1));
    return `T = ${t}: ${values.join(', ')}`;
  });
  const labels = constants.map(({ label }) => label).join(', ');
  return `Accuracy in percent from the potentials ${labels}. ${lines.join('; ')}.`;
}
