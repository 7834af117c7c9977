import type { Measurement } from '@opi-snn/harness';
import { ACCURACY_AXIS, annLine } from './accuracy-axis.js';
import { FIGURE_HEIGHT, FIGURE_WIDTH } from './draw-figure.js';
import type { DataRow, FigureModel, PlotLayer } from './figure.js';
import { inPercent, percent } from './number-format.js';
import { seriesLayers } from './series-layers.js';
import { accuracyAt, optimalAndPlain, seriesNames, stepsToReachAnn } from './series-lookup.js';

/** Distance between the points of two series at one T, so that their intervals stay apart [px]. */
const SIDE_STEP = 4;

/**
 * Accuracy against T: one line per series, bars for the 95 % intervals, the ANN as a dotted line.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined without any accuracy
 */
export function accuracyFigure(measurement: Measurement): FigureModel | undefined {
  const { series, ann } = measurement;
  const names = seriesNames(series);
  const timeSteps = measurement.timeSteps.filter((t) => t >= 1);
  const data = series.flatMap((one) => accuracyRows(names.get(one.id)!, one.accuracy));
  if (data.length === 0 || timeSteps.length === 0) return undefined;
  const layers = seriesLayers(series, data, {
    x: {
      field: 'timeSteps',
      type: 'quantitative',
      scale: { type: 'log', base: 2, nice: false, padding: 14 },
      axis: { values: timeSteps, format: 'd', grid: false },
      title: 'time-steps T (logarithmic)',
    },
    y: { ...ACCURACY_AXIS, field: 'accuracy' },
    bar: { y: { ...ACCURACY_AXIS, field: 'low' }, y2: { field: 'high' } },
    sideStep: SIDE_STEP,
  });
  return {
    id: 'accuracy',
    title: 'Accuracy against the number of time-steps',
    caption: caption(measurement),
    description: description(measurement),
    data,
    spec: {
      width: FIGURE_WIDTH,
      height: FIGURE_HEIGHT,
      layer: [...(ann === null ? [] : [annLine(ann.accuracy), annLabel(ann.accuracy)]), ...layers],
    },
  };
}

function accuracyRows(name: string, points: Measurement['series'][number]['accuracy']): DataRow[] {
  return points
    .filter(({ timeSteps }) => timeSteps >= 1)
    .map(({ timeSteps, accuracy, interval, correct, images }) => ({
      series: name,
      timeSteps,
      accuracy,
      low: interval.low,
      high: interval.high,
      correct,
      images,
    }));
}

/** Beside the plot, where no line runs through it. */
function annLabel(accuracy: number): PlotLayer {
  return {
    data: { values: [{ accuracy, label: `ANN ${percent(accuracy)} %` }] },
    mark: {
      type: 'text',
      align: 'left',
      baseline: 'middle',
      x: FIGURE_WIDTH,
      dx: 6,
      fontSize: 12,
      color: 'var(--ink)',
    },
    encoding: { y: { ...ACCURACY_AXIS, field: 'accuracy' }, text: { field: 'label' } },
  };
}

function caption(measurement: Measurement): string {
  const { ann, series } = measurement;
  const how =
    'The sooner a line climbs, read from the left, the fewer steps the network needs. Bars are 95 % intervals over images; ' +
    'points of one T are drawn side by side.';
  if (ann === null) return how;
  const { optimal } = optimalAndPlain(series);
  const steps = optimal === undefined ? undefined : stepsToReachAnn(optimal, measurement);
  const reached =
    steps === undefined
      ? ''
      : ` ${optimal!.label}: less than 1 percentage point is missing from T = ${steps} on.`;
  return `${how} The dotted line is the ANN on the same images.${reached}`;
}

function description({ series, ann, timeSteps }: Measurement): string {
  const lines = series.map((one) => {
    const values = timeSteps.map((t) => percent(accuracyAt(one, t)?.accuracy, 1));
    return `${one.label}: ${values.join(', ')}`;
  });
  const beside = ann === null ? '' : ` ANN: ${inPercent(ann.accuracy)}.`;
  return `Accuracy in percent at T = ${timeSteps.join(', ')}. ${lines.join('; ')}.${beside}`;
}
