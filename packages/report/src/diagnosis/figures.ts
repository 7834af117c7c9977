import { DEPTH_AXIS } from '../depth-plot.js';
import { FIGURE_HEIGHT, FIGURE_WIDTH } from '../draw-figure.js';
import type { DataRow, FigureModel, PlotLayer } from '../figure.js';
import { seriesLayers, type SeriesPlot } from '../series-layers.js';
import type { DiagnosedLayer, Diagnosis } from './diagnosis.js';
import { layerPanels } from './layer-panels.js';

/**
 * The figures of a diagnosis: correlation, causes of the error, threshold against distribution, dead and saturated
 * neurons and first spikes by depth, then one small plot for every layer.
 *
 * @param diagnosis any
 * @returns figures in the order of the page
 */
export function diagnosisFigures(diagnosis: Diagnosis): FigureModel[] {
  return [
    errorFigure(diagnosis),
    correlationFigure(diagnosis),
    scaleFigure(diagnosis),
    deadFigure(diagnosis),
    firstSpikeFigure(diagnosis),
    layerPanels(diagnosis),
  ];
}

const ERROR_CAUSES = ['inherited', 'clipping', 'quantization', 'unevenness'] as const;

function errorFigure(diagnosis: Diagnosis): FigureModel {
  const names = { quantization: 'quantisation' } as Readonly<Record<string, string>>;
  const data = rowsOf(diagnosis, (layer) =>
    ERROR_CAUSES.map((cause) => [names[cause] ?? cause, layer.error[cause]]),
  );
  return {
    id: 'causes',
    title: `Causes of the error of each layer at T = ${diagnosis.timeSteps}`,
    caption:
      'Mean square of each cause as a share of the layer’s signal, on an axis of square roots. Inherited comes from the layers before; ' +
      'clipping, quantisation and unevenness are the layer’s own.',
    description: `Error of ${diagnosis.layers.length} layers by cause. All values are in the data.`,
    data,
    spec: lines(diagnosis, data, {
      x: DEPTH_AXIS,
      y: { ...value('share of the signal'), scale: { type: 'sqrt' }, axis: { format: '~%', tickCount: 6 } },
    }),
  };
}

function correlationFigure(diagnosis: Diagnosis): FigureModel {
  const data = rowsOf(diagnosis, ({ correlation }) => [['correlation', correlation]]);
  return {
    id: 'correlation',
    title: 'Correlation of activation and rate',
    caption:
      '1 is a perfect conversion. A sudden fall shows where it breaks; a slow one is the error that adds up.',
    description: 'Correlation by depth. All values are in the data.',
    data,
    spec: lines(diagnosis, data, {
      x: DEPTH_AXIS,
      y: { ...value('correlation'), scale: { zero: false }, axis: { format: '.3f' } },
    }),
  };
}

function scaleFigure(diagnosis: Diagnosis): FigureModel {
  const data = rowsOf(diagnosis, ({ percentiles }) =>
    percentiles
      // A logarithmic axis has no place for nothing.
      .filter((one) => one.rank >= 90)
      .map(({ rank, value: at }) => [rank === 100 ? 'largest' : `percentile ${rank}`, at > 0 ? at : null]),
  );
  const spec = lines(diagnosis, data, {
    x: DEPTH_AXIS,
    y: { ...value('activation (θ)'), scale: { type: 'log' }, axis: { format: '~g', tickCount: 6 } },
  });
  const threshold: PlotLayer = {
    data: { values: [{ value: 1 }] },
    mark: { type: 'rule', strokeDash: [2, 4], strokeWidth: 2, color: 'var(--ink)' },
    encoding: { y: { field: 'value', type: 'quantitative' } },
  };
  return {
    id: 'scale',
    title: 'Threshold against the distribution of the activations',
    caption:
      'Percentiles of the ANN’s activations in units of the threshold θ (dotted), zeros counted. Far above the line is clipped; ' +
      'far below it, steps are wasted.',
    description: 'Percentiles of the activations by depth. All values are in the data.',
    data,
    spec: { ...spec, layer: [threshold, ...(spec as { layer: PlotLayer[] }).layer] },
  };
}

function deadFigure(diagnosis: Diagnosis): FigureModel {
  const data = rowsOf(diagnosis, ({ dead, saturated }) => [
    ['dead, SNN', dead.snn],
    ['dead, ANN', dead.ann],
    ['saturated, SNN', saturated.snn],
    ['saturated, ANN', saturated.ann],
  ]);
  return {
    id: 'dead',
    title: 'Dead and saturated neurons',
    caption:
      'Dead: share of the neurons without a spike (activation) for any image. Saturated: share of all neurons and images with a spike at ' +
      'every step (an activation of at least θ).',
    description: 'Shares of dead and saturated neurons by depth. All values are in the data.',
    data,
    spec: lines(diagnosis, data, { x: DEPTH_AXIS, y: { ...value('share'), axis: { format: '~%' } } }),
  };
}

function firstSpikeFigure(diagnosis: Diagnosis): FigureModel {
  const data = rowsOf(diagnosis, ({ firstSpike }) => [['first spike', firstSpike]]);
  return {
    id: 'first-spikes',
    title: 'First spike of each layer',
    caption: 'Mean step (1 is the first) of the first spike, over the neurons that fire at all.',
    description: 'Mean first-spike step by depth. All values are in the data.',
    data,
    spec: lines(diagnosis, data, {
      x: DEPTH_AXIS,
      y: { ...value('first spike (step)'), axis: { format: '~g' } },
    }),
  };
}

function value(title: string): { field: 'value'; type: 'quantitative'; title: string } {
  return { field: 'value', type: 'quantitative', title };
}

function rowsOf(
  { layers }: Diagnosis,
  values: (layer: DiagnosedLayer) => readonly (readonly [series: string, value: number | null])[],
): DataRow[] {
  return layers.flatMap((one, i) =>
    values(one).map(([series, at]) => ({ series, layer: one.layer, depth: i + 1, value: at })),
  );
}

/** One line per series, with a mark at the first layer where something is wrong. */
function lines(
  { defects, layers }: Diagnosis,
  data: readonly DataRow[],
  plot: SeriesPlot,
): FigureModel['spec'] {
  const names = [...new Set(data.map(({ series }) => String(series)))];
  const series = names.map((label) => ({ id: label, label }));
  const depth = layers.findIndex(({ layer }) => layer === defects[0]?.layer) + 1;
  const mark: PlotLayer[] =
    depth === 0
      ? []
      : [
          {
            data: { values: [{ depth }] },
            mark: { type: 'rule', strokeWidth: 8, opacity: 0.25, color: 'var(--bad)' },
            encoding: { x: DEPTH_AXIS },
          },
        ];
  return {
    width: FIGURE_WIDTH,
    height: FIGURE_HEIGHT,
    layer: [...mark, ...seriesLayers(series, data, plot)],
  };
}
