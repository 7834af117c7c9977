import type { CostPoint, EnergyPoint, Measurement, Series } from '@opi-snn/harness';
import { compact, NOTHING, percent } from './number-format.js';
import { seriesNames } from './series-lookup.js';
import { cell, MOST_COLUMNS, numbers, words, type TableCell, type TableModel } from './table.js';

/**
 * What each series costs when it is stopped after T steps.
 *
 * @param measurement  of one experiment
 * @returns rows T, columns series, or the other way round where there are many series; undefined when nothing was counted
 */
export function costTable({ series, timeSteps }: Measurement): TableModel | undefined {
  if (series.every((one) => one.cost.length === 0)) return undefined;
  const names = seriesNames(series);
  const costAt = (one: Series, t: number): CostPoint | undefined =>
    one.cost.find(({ timeSteps: at }) => at === t);
  const energies = timeSteps.map((t) => series.flatMap((one) => costAt(one, t)?.energy ?? [])[0]);
  const table = energies.find((energy) => energy !== undefined)?.table;
  const rowsOfSeries = [
    ...series.map((one) => [names.get(one.id)!, timeSteps.map((t) => costCell(costAt(one, t)))] as const),
    ...(table === undefined ? [] : [['ANN', energies.map(annCell)] as const]),
  ];
  const isWide = series.length > MOST_COLUMNS;
  return {
    title: 'Cost',
    note:
      'Thousands of synaptic operations (additions of one weight) per image; below, the share of neurons that spike in a ' +
      `step, in percent.${table === undefined ? '' : energyNote(table)}`,
    columns: isWide
      ? [words('Series'), ...timeSteps.map((t) => numbers(`T = ${t}`))]
      : [words('T'), ...rowsOfSeries.map(([name]) => numbers(name))],
    rows: isWide
      ? rowsOfSeries.map(([name, cells]) => [cell(name), ...cells])
      : timeSteps.map((t, i) => [cell(String(t)), ...rowsOfSeries.map(([, cells]) => cells[i]!)]),
  };
}

function energyNote(table: string): string {
  return (
    ' Third, microjoules per image with weights of 8 bits and sums of 32: arithmetic and neuron updates, without memory; the ANN has ' +
    `activations of as many levels as T steps tell apart, in the bits below it. Energies: ${table}.`
  );
}

function costCell(point: CostPoint | undefined): TableCell {
  if (point === undefined) return cell(NOTHING);
  const { synapticOperationsPerImage, spikesPerNeuronPerStep, energy } = point;
  const below = [
    percent(spikesPerNeuronPerStep, 1),
    ...(energy === undefined ? [] : [microjoules(energy.int8.snn)]),
  ];
  return cell(compact(synapticOperationsPerImage / 1000), ...below);
}

function annCell(energy: EnergyPoint | undefined): TableCell {
  if (energy === undefined) return cell(NOTHING);
  return cell(microjoules(energy.int8.ann), `${energy.activationBits} bit`);
}

function microjoules(picojoules: number): string {
  return `${compact(picojoules / 1e6)} µJ`;
}
