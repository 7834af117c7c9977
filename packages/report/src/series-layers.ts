import type { Series } from '@opi-snn/harness';
import type { DataRow, PlotEncoding, PlotLayer } from './figure.js';
import { seriesNames } from './series-lookup.js';
import { seriesEncodings, seriesStyle } from './series-style.js';

/** A series as far as drawing needs it. */
export type NamedSeries = Pick<Series, 'id' | 'label'>;

/** What is drawn of each series. */
export interface SeriesPlot {
  readonly x: NonNullable<PlotEncoding['x']>;
  readonly y: NonNullable<PlotEncoding['y']>;
  /** Ends of a bar through each point, such as an interval. */
  readonly bar?: Pick<PlotEncoding, 'y' | 'y2'>;
  /** Distance between two series at one x, so that their bars stay apart [px]; default 0. */
  readonly sideStep?: number;
}

/**
 * A line with points for every series, each with its colour, dash and shape.
 *
 * @param series  all of a measurement
 * @param data  rows with the field `series`; points are joined from left to right
 * @param plot  fields of the axes
 * @returns Vega-Lite layers with their own data
 */
export function seriesLayers(
  series: readonly NamedSeries[],
  data: readonly DataRow[],
  plot: SeriesPlot,
): PlotLayer[] {
  const names = seriesNames(series);
  const { color, shape } = seriesEncodings(series);
  const { x, y, bar, sideStep = 0 } = plot;
  return series.flatMap((one, index): PlotLayer[] => {
    const name = names.get(one.id)!;
    const own = { data: { values: data.filter((row) => row['series'] === name) } };
    const xOffset = sideStep * (index - (series.length - 1) / 2);
    const strokeDash = [...seriesStyle(index).dash];
    return [
      { ...own, mark: { type: 'line', strokeWidth: 2, strokeDash, xOffset }, encoding: { x, y, color } },
      ...(bar === undefined
        ? []
        : [
            {
              ...own,
              mark: { type: 'rule' as const, strokeWidth: 1.5, xOffset },
              encoding: { x, ...bar, color },
            },
          ]),
      {
        ...own,
        mark: { type: 'point', filled: true, size: 60, opacity: 1, xOffset },
        encoding: { x, y, color, shape },
      },
    ];
  });
}
