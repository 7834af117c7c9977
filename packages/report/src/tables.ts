import type { CellVerdict, FindingVerdict, LayerError, Measurement } from '@opi-snn/harness';
import { compact, count, NOTHING, percent, percentInterval, pValue, signed } from './format.js';
import { outcomeText } from './symbols.js';
import type { TableModel } from './table-model.js';

/**
 * Accuracy at every T for each series, with 95 % intervals and the ANN beside it.
 *
 * @param measurement  of one experiment
 * @returns rows T, columns series
 */
export function accuracyTable(measurement: Measurement): TableModel {
  const { series, ann, timeSteps, dataset } = measurement;
  const repeated = series.some((one) => one.runs.length > 1);
  const rows = timeSteps.map((t, i) => [
    String(t),
    ...series.map((one) => {
      const point = one.accuracy[i]!;
      const spread = point.spread === null ? '' : `\n±${percent(point.spread.standardDeviation)} sd`;
      return `${percent(point.accuracy)}\n${percentInterval(point.interval)}${spread}`;
    }),
    ...(ann === null ? [] : [`${percent(ann.accuracy)}\n${percentInterval(ann.interval)}`]),
  ]);
  const seeds = repeated ? ' Random potentials: mean over seeds, with the standard deviation (sd).' : '';
  return {
    title: 'Accuracy',
    note: `Percent right, with 95 % intervals (Wilson), n = ${count(dataset.images)} images of ${dataset.name}.${seeds}`,
    head: ['T', ...series.map((one) => one.label), ...(ann === null ? [] : ['ANN'])],
    rows,
  };
}

/**
 * Conversion error, mean over layers: predicted → measured.
 *
 * @param measurement  of one experiment
 * @returns one table for the bias, one for the mean squared error; none when no errors were measured
 */
export function errorTables(measurement: Measurement): TableModel[] {
  const { errors, series } = measurement;
  if (errors.length === 0) return [];
  const measured = series.filter((one) => errors.some((error) => error.series === one.id));
  const steps = [...new Set(errors.map((error) => error.timeSteps))].sort((a, b) => a - b);
  const table = (
    title: string,
    note: string,
    cell: (group: readonly LayerError[]) => string,
  ): TableModel => ({
    title,
    note,
    head: ['T', ...measured.map((one) => one.label)],
    rows: steps.map((t) => [
      String(t),
      ...measured.map((one) => cell(errors.filter((e) => e.series === one.id && e.timeSteps === t))),
    ]),
  });
  return [
    table('Bias, predicted → measured', 'ANN minus SNN in units of θ/T, mean over layers.', (group) =>
      arrow(
        group,
        (moments) => moments.bias,
        (value) => signed(value),
      ),
    ),
    table(
      'Squared error, predicted → measured',
      'Mean square in units of (θ/T)², mean over layers.',
      (group) => arrow(group, (moments) => moments.meanSquaredError, compact),
    ),
  ];
}

/**
 * Ours beside the published numbers.
 *
 * @param cells  verdicts
 * @returns the table, or undefined when there is no published value at all
 */
export function cellTable(cells: readonly CellVerdict[]): TableModel | undefined {
  const shown = cells.filter((cell) => cell.expected !== null);
  if (shown.length === 0) return undefined;
  const several = new Set(shown.map((cell) => `${cell.dataset} ${cell.network} ${cell.method}`)).size > 1;
  return {
    title: 'Published values',
    note:
      'Percent; difference in percentage points. Recalled values are not confirmed by a text that could be read: ' +
      'shown, never judged. The ANNs differ, so compare the loss by conversion, SNN − ANN, as well.',
    head: [
      'T',
      ...(several ? ['Table'] : []),
      'Published (its ANN)',
      'Ours (our ANN)',
      'Diff.',
      'n, seeds',
      'Source',
      'Verdict',
    ],
    rows: shown.map((cell) => cellRow(cell, several)),
  };
}

/**
 * The comparisons behind one finding.
 *
 * @param finding  judged
 * @returns one row per paired test
 */
export function comparisonTable(finding: FindingVerdict): TableModel {
  return {
    title: finding.claim,
    note: `Wins and losses are the pairs that differ; effect in ${finding.effectUnit}; p one-sided, exact.`,
    head: ['Condition', 'Ahead', 'Behind', 'Pairs', 'Wins', 'Losses', 'Effect', 'p', 'Shown'],
    rows: finding.comparisons.map((one) => [
      one.condition,
      one.first,
      one.second,
      count(one.pairs),
      count(one.wins),
      count(one.losses),
      signed(one.effect),
      pValue(one.pValue),
      one.outcome,
    ]),
  };
}

/**
 * First-spike times per layer.
 *
 * @param measurement  of one experiment
 * @returns rows layers, columns series; undefined when not measured
 */
export function firstSpikeTable(measurement: Measurement): TableModel | undefined {
  const { firstSpikes, series } = measurement;
  const shown = series.filter((one) => firstSpikes.some((entry) => entry.series === one.id));
  if (shown.length === 0) return undefined;
  const layers = [...new Set(firstSpikes.map((entry) => entry.layer))];
  const entry = (id: string, layer: string): string => {
    const found = firstSpikes.find((one) => one.series === id && one.layer === layer);
    if (found === undefined) return NOTHING;
    return `${compact(found.meanStep)} (${percent(found.firedFraction, 0)} %)`;
  };
  return {
    title: 'First spikes',
    note: 'Mean step of the first spike (1 = first step) and, in brackets, the share of neurons that fired.',
    head: ['Layer', ...shown.map((one) => one.label)],
    rows: layers.map((layer) => [layer, ...shown.map((one) => entry(one.id, layer))]),
  };
}

/**
 * Spikes and operations at every T.
 *
 * @param measurement  of one experiment
 * @returns rows T, columns series
 */
export function costTable(measurement: Measurement): TableModel {
  const { series, timeSteps } = measurement;
  return {
    title: 'Cost',
    note: 'Synaptic operations per image, and spikes per neuron and step.',
    head: ['T', ...series.map((one) => one.label)],
    rows: timeSteps.map((t, i) => [
      String(t),
      ...series.map((one) => {
        const { synapticOperationsPerImage, spikesPerNeuronPerStep } = one.cost[i]!;
        return `${compact(synapticOperationsPerImage)}\n${compact(spikesPerNeuronPerStep)}`;
      }),
    ]),
  };
}

function arrow(
  group: readonly LayerError[],
  pick: (moments: LayerError['measured']) => number,
  show: (value: number | null) => string,
): string {
  const predicted = group.flatMap((error) => (error.predicted === null ? [] : [pick(error.predicted)]));
  const measured = group.map((error) => pick(error.measured));
  return `${show(mean(predicted))} → ${show(mean(measured))}`;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function cellRow(cell: CellVerdict, several: boolean): string[] {
  const { expected, got, difference } = cell;
  const withAnn = (accuracy: number, ann: number | null): string => `${percent(accuracy)} (${percent(ann)})`;
  return [
    String(cell.timeSteps),
    ...(several ? [`${cell.dataset} ${cell.network} ${cell.method}`] : []),
    expected === null ? NOTHING : withAnn(expected.accuracy, expected.ann),
    got === null ? NOTHING : `${withAnn(got.accuracy, got.ann)}\n${percentInterval(got.interval)}`,
    signed(difference === null ? null : difference * 100),
    got === null ? NOTHING : `${count(got.images)}, ${got.seeds}`,
    expected === null ? NOTHING : `${expected.source}, ${expected.confidence}${noteOf(expected.note)}`,
    outcomeText(cell.outcome),
  ];
}

function noteOf(note: string | null): string {
  return note === null ? '' : `: ${note}`;
}
