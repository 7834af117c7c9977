import type { LayerError, Measurement, Series } from '@opi-snn/harness';
import { DEPTH_AXIS } from './depth-plot.js';
import { PANEL_SIZE } from './draw-figure.js';
import { DRAWN_TIME_STEPS } from './error-figure.js';
import type { DataRow, FigureModel } from './figure.js';
import { inPercent } from './number-format.js';
import { nearestTimeSteps, seriesNames } from './series-lookup.js';

const CAUSES = ['clipping', 'quantisation', 'unevenness'] as const;

/**
 * Mean squared error of each layer split by cause, one panel per series.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined when nothing was split
 */
export function decompositionFigure(measurement: Measurement): FigureModel | undefined {
  const split = measurement.errors.filter(({ decomposition }) => decomposition !== null);
  const t = nearestTimeSteps([...new Set(split.map(({ timeSteps }) => timeSteps))], DRAWN_TIME_STEPS);
  const shown = split.filter(({ timeSteps }) => timeSteps === t);
  const series = measurement.series.filter((one) => shown.some((error) => error.series === one.id));
  if (t === undefined || series.length === 0) return undefined;
  const names = seriesNames(measurement.series);
  const layers = [...new Set(shown.map(({ layer }) => layer))];
  const rows = series.map((one) => causeRows(one, names.get(one.id)!, shown, layers));
  const largest = Math.max(0.01, ...rows.flat().map(({ meanSquare }) => Number(meanSquare)));
  return {
    id: 'decomposition',
    title: `Causes of the error of each layer at T = ${t}`,
    caption:
      'Mean square of each cause, on an axis of square roots. Clipping is what the ANN puts out above the threshold (nothing where the threshold is the ANN’s own bound); ' +
      `quantisation is what the initial potential governs; unevenness is left when spikes bunch.${shares(series, shown)}`,
    description: `Mean squares of ${CAUSES.join(', ')} in ${layers.length} layers at T = ${t}. All values are in the data.`,
    data: rows.flat(),
    spec: { columns: 2, concat: rows.map((values) => panel(values, largest)) } as FigureModel['spec'],
  };
}

function causeRows(
  series: Series,
  name: string,
  errors: readonly LayerError[],
  layers: readonly string[],
): DataRow[] {
  return errors
    .filter((error) => error.series === series.id)
    .flatMap(({ layer, timeSteps, decomposition }) =>
      CAUSES.map((cause) => ({
        series: name,
        layer,
        depth: layers.indexOf(layer) + 1,
        timeSteps,
        cause,
        meanSquare: decomposition![cause],
      })),
    );
}

const LOOK = {
  clipping: { color: 'var(--series-5)', shape: 'triangle-down', dash: [2, 2] },
  quantisation: { color: 'var(--series-6)', shape: 'circle', dash: [7, 3] },
  unevenness: { color: 'var(--series-7)', shape: 'square', dash: [1, 0] },
} as const;

function byCause(range: readonly string[]): object {
  return {
    field: 'cause',
    type: 'nominal',
    scale: { domain: CAUSES, range },
    legend: { columns: CAUSES.length },
  };
}

function panel(values: readonly DataRow[], largest: number): object {
  const y = {
    field: 'meanSquare',
    type: 'quantitative',
    // Causes differ by orders of magnitude and may be zero, which a logarithm cannot show.
    scale: { type: 'sqrt', domain: [0, largest] },
    axis: { tickCount: 6 },
    title: 'mean square ((θ/T)²)',
  };
  const color = byCause(CAUSES.map((cause) => LOOK[cause].color));
  const shape = byCause(CAUSES.map((cause) => LOOK[cause].shape));
  return {
    title: { text: String(values[0]?.['series'] ?? ''), anchor: 'middle', frame: 'group' },
    width: PANEL_SIZE,
    height: PANEL_SIZE,
    layer: CAUSES.flatMap((cause) => {
      const data = { values: values.filter((row) => row['cause'] === cause) };
      return [
        {
          data,
          mark: { type: 'line', strokeWidth: 2, strokeDash: LOOK[cause].dash },
          encoding: { x: DEPTH_AXIS, y, color },
        },
        {
          data,
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: { x: DEPTH_AXIS, y, color, shape },
        },
      ];
    }),
  };
}

/** The largest cause of each series and its share of the sum of the three. */
function shares(series: readonly Series[], errors: readonly LayerError[]): string {
  const parts = series.flatMap((one) => {
    const own = errors.filter((error) => error.series === one.id);
    const sums = CAUSES.map((cause) => own.reduce((sum, error) => sum + error.decomposition![cause], 0));
    const total = sums.reduce((sum, value) => sum + value, 0);
    const largest = Math.max(...sums);
    if (!(total > 0)) return [];
    return [
      `${CAUSES[sums.indexOf(largest)]!} from ${one.label} (${inPercent(largest / total, 0)} of the three)`,
    ];
  });
  return parts.length === 0 ? '' : ` Largest over all layers: ${parts.join(', ')}.`;
}
