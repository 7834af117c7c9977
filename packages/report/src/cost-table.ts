import type { Measurement } from '@opi-snn/harness';
import { compact, NOTHING, percent } from './number-format.js';
import { seriesNames } from './series-lookup.js';
import { cell, numbers, words, type TableModel } from './table.js';

/**
 * What each series costs when it is stopped after T steps.
 *
 * @param measurement  of one experiment
 * @returns rows T, columns series; undefined when nothing was counted
 */
export function costTable({ series, timeSteps }: Measurement): TableModel | undefined {
  if (series.every((one) => one.cost.length === 0)) return undefined;
  const names = seriesNames(series);
  return {
    title: 'Cost',
    note:
      'Thousands of synaptic operations (additions of one weight) per image; below, the share of neurons that spike in a ' +
      'step, in percent.',
    columns: [words('T'), ...series.map((one) => numbers(names.get(one.id)!))],
    rows: timeSteps.map((t) => [
      cell(String(t)),
      ...series.map((one) => {
        const point = one.cost.find(({ timeSteps: at }) => at === t);
        if (point === undefined) return cell(NOTHING);
        return cell(
          compact(point.synapticOperationsPerImage / 1000),
          percent(point.spikesPerNeuronPerStep, 1),
        );
      }),
    ]),
  };
}
