import type { Measurement } from '@opi-snn/harness';
import { DEPTH_AXIS } from './depth-plot.js';
import { FIGURE_HEIGHT, FIGURE_WIDTH } from './draw-figure.js';
import { DRAWN_TIME_STEPS } from './error-figure.js';
import type { FigureModel } from './figure.js';
import { signed } from './number-format.js';
import { seriesLayers } from './series-layers.js';
import { nearestTimeSteps, seriesNames } from './series-lookup.js';

/**
 * Measured mean error of each layer with its interval, one line per series, at one T; the data has every T.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined when no error has an interval
 */
export function biasFigure(measurement: Measurement): FigureModel | undefined {
  const measured = measurement.errors.filter(({ biasInterval }) => biasInterval !== undefined);
  const t = nearestTimeSteps([...new Set(measured.map(({ timeSteps }) => timeSteps))], DRAWN_TIME_STEPS);
  if (t === undefined) return undefined;
  const names = seriesNames(measurement.series);
  const layers = [...new Set(measured.map(({ layer }) => layer))];
  const data = measured.map(({ series, layer, timeSteps, measured: { bias }, predicted, biasInterval }) => ({
    series: names.get(series)!,
    layer,
    depth: layers.indexOf(layer) + 1,
    timeSteps,
    bias,
    low: biasInterval!.low,
    high: biasInterval!.high,
    predictedBias: predicted?.bias ?? null,
  }));
  const drawn = data.filter(({ timeSteps }) => timeSteps === t);
  const zero = {
    data: { values: [{ zero: 0 }] },
    mark: { type: 'rule', color: 'var(--muted)', strokeDash: [5, 4], strokeWidth: 1.5 },
    encoding: { y: { field: 'zero', type: 'quantitative' } },
  };
  const lines = seriesLayers(measurement.series, drawn, {
    x: DEPTH_AXIS,
    y: {
      field: 'bias',
      type: 'quantitative',
      title: 'mean error, ANN minus SNN [θ/T]',
      axis: { format: '.2f' },
    },
    bar: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
    sideStep: 4,
  });
  return {
    id: 'bias',
    title: `Mean error of each layer at T = ${t}`,
    caption: `The nearer to the dashed line, the better. Bars are 95 % intervals of the mean over images. In theory a neuron whose constant input is spread evenly errs by half a step, 0.5 θ/T, from 0 and by nothing from θ/2; silent neurons err by nothing and bring the mean nearer to 0.${means(drawn)}`,
    description: `Mean error of ${layers.length} layers at T = ${t} from each potential. All values, for every T, are in the data.`,
    data,
    spec: { width: FIGURE_WIDTH, height: FIGURE_HEIGHT, layer: [zero, ...lines] } as FigureModel['spec'],
  };
}

interface Bias {
  readonly series: string;
  readonly bias: number;
  readonly predictedBias: number | null;
}

function means(rows: readonly Bias[]): string {
  const parts = [...new Set(rows.map(({ series }) => series))].map((name) => {
    const own = rows.filter(({ series }) => series === name);
    const predicted = own.flatMap(({ predictedBias }) => predictedBias ?? []);
    const theory = predicted.length < own.length ? '' : ` (predicted ${signed(mean(predicted))})`;
    return `${signed(mean(own.map(({ bias }) => bias)))} from ${name}${theory}`;
  });
  return ` Mean over the layers: ${parts.join(', ')}.`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
