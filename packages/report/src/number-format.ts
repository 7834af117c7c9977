import type { ExperimentResult, Interval } from '@opi-snn/harness';

/** A fraction as percent with two decimals, such as `93.38`. */
export function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}

/** An interval of fractions in percent, such as `92.9–93.8`. */
export function percentRange({ low, high }: Interval): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

/** A p-value a reader can take in: `0.031`, `2e-9`, `< 1e-300`. */
export function pValue(value: number | null): string {
  if (value === null) return '';
  if (value === 0) return '< 1e-300';
  return value >= 0.001 ? value.toFixed(3) : value.toExponential(0);
}

/** The sentence that a report begins with. */
export function headline({ measurement }: ExperimentResult): string {
  const { series, ann, dataset, network } = measurement;
  const best = series.find(({ id }) => id === 'half') ?? series[0];
  const zero = series.find(({ id }) => id === 'zero');
  const at = best?.accuracy.find(({ timeSteps }) => timeSteps === 16) ?? best?.accuracy.at(-1);
  if (best === undefined || at === undefined) return `${network.name} on ${dataset.name}: nothing was run.`;
  const rest = zero?.accuracy.find(({ timeSteps }) => timeSteps === at.timeSteps);
  const against = rest === undefined ? '' : `, ${percent(rest.accuracy)} % from zero`;
  const analog = ann === null ? '' : `; the ANN has ${percent(ann.accuracy)} %`;
  return `${network.name} on ${dataset.images} images of ${dataset.name}: ${percent(at.accuracy)} % after ${at.timeSteps} steps from ${best.label}${against}${analog}.`;
}

/** Predicted and measured error of a series after T steps, averaged over its layers, in units of θ/T. */
export interface MeanError {
  readonly series: string;
  readonly timeSteps: number;
  readonly predictedBias: number;
  readonly measuredBias: number;
  readonly predictedSquare: number;
  readonly measuredSquare: number;
}

/** Layer errors averaged over layers (the first layer alone with `firstLayerOnly`, where the theory's assumption holds exactly). */
export function meanErrors({ measurement }: ExperimentResult, firstLayerOnly = false): MeanError[] {
  const first = measurement.errors[0]?.layer;
  return measurement.series.flatMap(({ id }) =>
    measurement.timeSteps.flatMap((timeSteps): MeanError[] => {
      const rows = measurement.errors.filter(
        (row) => row.series === id && row.timeSteps === timeSteps && (!firstLayerOnly || row.layer === first),
      );
      if (rows.length === 0) return [];
      const mean = (pick: (row: (typeof rows)[number]) => number): number =>
        rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
      return [
        {
          series: id,
          timeSteps,
          predictedBias: mean((row) => row.predicted?.bias ?? NaN),
          measuredBias: mean((row) => row.measured.bias),
          predictedSquare: mean((row) => row.predicted?.meanSquaredError ?? NaN),
          measuredSquare: mean((row) => row.measured.meanSquaredError),
        },
      ];
    }),
  );
}
