import type { Measurement } from '@opi-snn/harness';
import { ACCURACY_AXIS, annLine } from './accuracy-axis.js';
import { coincidingLines } from './coinciding-lines.js';
import { FIGURE_HEIGHT, FIGURE_WIDTH } from './draw-figure.js';
import type { DataRow, FigureModel } from './figure.js';
import { count, inPercent } from './number-format.js';
import { seriesLayers } from './series-layers.js';
import { accuracyAt, seriesNames } from './series-lookup.js';

/**
 * Accuracy against the synaptic operations that it costs.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined when nothing was counted
 */
export function costFigure(measurement: Measurement): FigureModel | undefined {
  const { series, ann } = measurement;
  const data = costRows(measurement);
  if (data.length === 0) return undefined;
  const layers = seriesLayers(series, data, {
    x: {
      field: 'synapticOperationsPerImage',
      type: 'quantitative',
      scale: { type: 'log', nice: false, padding: 14 },
      axis: { format: '~s', tickCount: 5, grid: false, labelOverlap: 'greedy' },
      title: 'synaptic operations per image (logarithmic)',
    },
    y: { ...ACCURACY_AXIS, field: 'accuracy' },
  });
  return {
    id: 'cost',
    title: 'Accuracy against cost',
    caption:
      'Each point is one T; further to the left at the same height is the same accuracy for fewer additions.' +
      (ann === null ? '' : ` The dotted line is the ANN (${inPercent(ann.accuracy)}).`) +
      coincidingLines(data, 'synapticOperationsPerImage', 'accuracy'),
    description: description(measurement),
    data,
    spec: {
      width: FIGURE_WIDTH,
      height: FIGURE_HEIGHT,
      layer: [...(ann === null ? [] : [annLine(ann.accuracy)]), ...layers],
    },
  };
}

function costRows({ series }: Measurement): DataRow[] {
  const names = seriesNames(series);
  return series.flatMap((one) =>
    one.cost.flatMap(({ timeSteps, synapticOperationsPerImage, spikesPerImage, spikesPerNeuronPerStep }) => {
      const point = accuracyAt(one, timeSteps);
      // A logarithmic axis has no place for nothing.
      if (point === undefined || synapticOperationsPerImage <= 0) return [];
      return [
        {
          series: names.get(one.id)!,
          timeSteps,
          synapticOperationsPerImage,
          spikesPerImage,
          spikesPerNeuronPerStep,
          accuracy: point.accuracy,
        },
      ];
    }),
  );
}

function description({ series }: Measurement): string {
  const costs = series.flatMap((one) => {
    const last = one.cost.at(-1);
    if (last === undefined) return [];
    return [`${one.label}: ${count(last.synapticOperationsPerImage)} operations at T = ${last.timeSteps}`];
  });
  return `Accuracy against synaptic operations per image. ${costs.join('; ')}.`;
}
