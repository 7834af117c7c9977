import type { Series } from '@opi-snn/harness';
import { seriesNames } from './series-lookup.js';

/** How a series is drawn: colour (a variable of the style sheet, with a light and a dark value), dash and shape, so that colour is never alone. */
export interface SeriesStyle {
  readonly color: string;
  readonly dash: readonly number[];
  readonly shape: string;
}

const DASHES: readonly (readonly number[])[] = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 4],
  [12, 4],
];
const SHAPES: readonly string[] = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** Number of colours in the style sheet. */
export const SERIES_COLORS = 8;

/**
 * Style of the i-th series. Colour repeats after 8, dash and shape after 6: 24 series differ.
 *
 * @param index  integer ≥ 0
 * @returns its style
 */
export function seriesStyle(index: number): SeriesStyle {
  return {
    color: `var(--series-${(index % SERIES_COLORS) + 1})`,
    dash: DASHES[index % DASHES.length]!,
    shape: SHAPES[index % SHAPES.length]!,
  };
}

/** Colour and shape by the field `series`, as Vega-Lite encodings that share one legend. */
export interface SeriesEncodings {
  readonly color: NominalEncoding;
  readonly shape: NominalEncoding;
}

interface NominalEncoding {
  readonly field: 'series';
  readonly type: 'nominal';
  readonly scale: { readonly domain: string[]; readonly range: string[] };
  readonly legend: { readonly columns: number };
}

/**
 * The encodings of all series, the same in every figure.
 *
 * @param series  all of a measurement, in order
 * @returns encodings to spread into a layer
 */
export function seriesEncodings(series: readonly Pick<Series, 'id' | 'label'>[]): SeriesEncodings {
  const names = seriesNames(series);
  const domain = series.map((one) => names.get(one.id)!);
  const styles = series.map((_, index) => seriesStyle(index));
  const encoding = (range: string[]): NominalEncoding => ({
    field: 'series',
    type: 'nominal',
    scale: { domain, range },
    legend: { columns: legendColumns(domain) },
  });
  return {
    color: encoding(styles.map(({ color }) => color)),
    shape: encoding(styles.map(({ shape }) => shape)),
  };
}

/** Characters of a legend's line that fit the width of a figure. */
const LEGEND_CHARACTERS = 76;

function legendColumns(labels: readonly string[]): number {
  const characters = labels.reduce((sum, label) => sum + label.length + 5, 0);
  return Math.max(1, Math.ceil(labels.length / Math.ceil(characters / LEGEND_CHARACTERS)));
}
