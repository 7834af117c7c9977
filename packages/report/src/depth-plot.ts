import type { Measurement } from '@opi-snn/harness';
import { FIGURE_HEIGHT, FIGURE_WIDTH } from './draw-figure.js';
import type { DataRow, FigureModel } from './figure.js';
import { seriesLayers } from './series-layers.js';

/** The axis of all plots over the layers of a network. */
export const DEPTH_AXIS = {
  field: 'depth',
  type: 'quantitative',
  axis: { tickMinStep: 1, format: 'd', grid: false },
  scale: { zero: false, nice: false, padding: 14 },
  title: 'layer, by depth',
} as const;

/**
 * A quantity of each layer by its depth, one line per series.
 *
 * @param measurement  whose series are drawn
 * @param data  rows with `series`, `depth` and the quantity
 * @param quantity  its field, title and number format
 * @returns a Vega-Lite specification
 */
export function depthPlot(
  { series }: Measurement,
  data: readonly DataRow[],
  quantity: { readonly field: string; readonly title: string; readonly format: string },
): FigureModel['spec'] {
  return {
    width: FIGURE_WIDTH,
    height: FIGURE_HEIGHT,
    layer: seriesLayers(series, data, {
      x: DEPTH_AXIS,
      y: {
        field: quantity.field,
        type: 'quantitative',
        title: quantity.title,
        axis: { format: quantity.format },
      },
    }),
  };
}
