import type { PlotLayer } from './figure.js';

/** The vertical axis of all plots of accuracy; the field is added where it is used. */
export const ACCURACY_AXIS = {
  type: 'quantitative',
  scale: { zero: false },
  axis: { format: '~%' },
  title: 'accuracy',
} as const;

/**
 * The ANN's accuracy as a dotted line over the whole width.
 *
 * @param accuracy  a fraction
 * @returns a Vega-Lite layer with its own data
 */
export function annLine(accuracy: number): PlotLayer {
  return {
    data: { values: [{ accuracy }] },
    mark: { type: 'rule', strokeDash: [2, 4], strokeWidth: 2, color: 'var(--ink)' },
    encoding: { y: { ...ACCURACY_AXIS, field: 'accuracy' } },
  };
}
