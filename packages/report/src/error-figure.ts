import type { LayerError, Measurement, Series } from '@opi-snn/harness';
import { PANEL_SIZE } from './draw-figure.js';
import { errorTimeSteps } from './error-table.js';
import type { DataRow, FigureModel } from './figure.js';
import { nearestTimeSteps, seriesNames } from './series-lookup.js';
import { seriesEncodings } from './series-style.js';

/** T at which errors are drawn: neither the rough start nor the end, where they have almost vanished. */
export const DRAWN_TIME_STEPS = 8;

/**
 * Measured against predicted error, one point per layer and series, with the line on which they are equal.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined when no layer has both
 */
export function errorFigure(measurement: Measurement): FigureModel | undefined {
  const { series } = measurement;
  const t = nearestTimeSteps(errorTimeSteps(measurement), DRAWN_TIME_STEPS);
  const errors = measurement.errors.filter(
    ({ predicted, timeSteps }) => predicted !== null && timeSteps === t,
  );
  const data = errorRows(errors, series);
  if (t === undefined || data.length === 0) return undefined;
  const panels = [
    panel(data, series, {
      predicted: 'predictedBias',
      measured: 'measuredBias',
      title: 'bias (θ/T)',
      scale: 'linear',
    }),
    panel(
      // A logarithmic axis has no place for nothing.
      data.filter(
        (row) => Number(row['predictedSquaredError']) > 0 && Number(row['measuredSquaredError']) > 0,
      ),
      series,
      {
        predicted: 'predictedSquaredError',
        measured: 'measuredSquaredError',
        title: 'mean square ((θ/T)²)',
        scale: 'log',
      },
    ),
  ];
  return {
    id: 'errors',
    title: `Conversion error of each layer at T = ${t}, predicted against measured`,
    caption:
      'One point per layer. On the dashed line the theory of a single layer explains the whole error; what lies above it comes ' +
      `from uneven spikes and from the layers before. Bias is ANN minus SNN.${ratios(errors, series)}`,
    description: `Two scatter plots, bias and mean squared error, of ${data.length} layers at T = ${t}. All values are in the data.`,
    data,
    spec: { hconcat: panels } as FigureModel['spec'],
  };
}

function errorRows(errors: readonly LayerError[], series: readonly Series[]): DataRow[] {
  const names = seriesNames(series);
  return errors
    .filter(({ series: id }) => names.has(id))
    .map(({ series: id, layer, timeSteps, predicted, measured }) => ({
      series: names.get(id)!,
      layer,
      timeSteps,
      predictedBias: predicted!.bias,
      measuredBias: measured.bias,
      predictedSquaredError: predicted!.meanSquaredError,
      measuredSquaredError: measured.meanSquaredError,
    }));
}

interface Quantity {
  readonly predicted: string;
  readonly measured: string;
  readonly title: string;
  readonly scale: 'linear' | 'log';
}

function panel(data: readonly DataRow[], series: readonly Series[], quantity: Quantity): object {
  const { predicted, measured, title, scale } = quantity;
  const across = rangeOf(data.map((row) => Number(row[predicted])));
  const up = rangeOf(data.map((row) => Number(row[measured])));
  const equal = [Math.max(across[0], up[0]), Math.min(across[1], up[1])].map((value) => ({ value }));
  const axis = (field: string, domain: readonly number[], kind: string): object => ({
    field,
    type: 'quantitative',
    scale: { type: scale, domain, padding: 8, nice: false, ...(scale === 'log' ? {} : { zero: false }) },
    title: `${kind} ${title}`,
    axis: { tickCount: 5, grid: scale === 'linear' },
  });
  const { color, shape } = seriesEncodings(series);
  return {
    width: PANEL_SIZE,
    height: PANEL_SIZE,
    layer: [
      {
        // Where the two ranges do not meet, no point can lie on the line.
        data: { values: equal[0]!.value < equal[1]!.value ? equal : [] },
        mark: { type: 'line', color: 'var(--muted)', strokeDash: [5, 4], strokeWidth: 1.5 },
        encoding: { x: axis('value', across, 'predicted'), y: axis('value', up, 'measured') },
      },
      {
        data: { values: [...data] },
        mark: { type: 'point', filled: true, size: 60, opacity: 0.85 },
        encoding: {
          x: axis(predicted, across, 'predicted'),
          y: axis(measured, up, 'measured'),
          color,
          shape,
        },
      },
    ],
  };
}

function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0.1, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? [low, high] : [low, low + Math.max(Math.abs(low), 0.1)];
}

function ratios(errors: readonly LayerError[], series: readonly Series[]): string {
  const parts = series.flatMap((one) => {
    const own = errors.filter((error) => error.series === one.id);
    const sum = (pick: (error: LayerError) => number): number =>
      own.reduce((total, error) => total + pick(error), 0);
    const ratio =
      sum(({ measured }) => measured.meanSquaredError) / sum(({ predicted }) => predicted!.meanSquaredError);
    return Number.isFinite(ratio) ? [`${ratio.toFixed(1)} from ${one.label}`] : [];
  });
  return parts.length === 0 ? '' : ` Measured over predicted mean square, all layers: ${parts.join(', ')}.`;
}
