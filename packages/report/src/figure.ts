import type { TopLevelSpec } from 'vega-lite';

/** A value in a figure's data. */
export type DataValue = string | number | null;

/** One row of a figure's data. */
export type DataRow = Readonly<Record<string, DataValue>>;

/** One layer of a Vega-Lite plot. */
export type PlotLayer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** Which field is drawn where in a layer. */
export type PlotEncoding = NonNullable<Extract<PlotLayer, { mark: unknown }>['encoding']>;

/** A figure before it is drawn: specification, data, and words. */
export interface FigureModel {
  /** Unique among the figures of an experiment, such as `accuracy`; letters and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What to see in it. */
  readonly caption: string;
  /** For those who do not see the picture. */
  readonly description: string;
  /** The drawn data; all rows have the same keys. */
  readonly data: readonly DataRow[];
  /** Vega-Lite. */
  readonly spec: TopLevelSpec;
}
