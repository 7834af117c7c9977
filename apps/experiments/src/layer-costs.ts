import type { LayerTime, Simulation } from '@opi-snn/simulation';

/** What one layer cost and did, per image. */
export interface LayerCost {
  readonly name: string;
  readonly neurons: number;
  /** Thread time [ms], and its parts: see {@link LayerTime}. */
  readonly milliseconds: number;
  readonly parts: LayerTime;
  /** Of the thread time of all layers, in [0, 1]. */
  readonly share: number;
  /** Share of neurons that spike in a step; the read-out never does. */
  readonly density: number;
  /** Additions that spikes of earlier layers caused in this one, all steps. */
  readonly additions: number;
}

/**
 * Where the time of a run went, layer by layer.
 *
 * @param run with `layerTimes` recorded
 */
export function layerCosts({ layers, layerTimes, indices, timeSteps }: Simulation): LayerCost[] {
  const images = indices.length;
  const times = layerTimes ?? [];
  const total = times.reduce((sum, time) => sum + wholeTime(time), 0);
  return layers.map(({ name, neurons, spikes, synapticOperations }, i) => {
    const { currents, lists, counts } = times[i]!;
    return {
      name,
      neurons,
      milliseconds: wholeTime(times[i]!) / images,
      parts: { currents: currents / images, lists: lists / images, counts: counts / images },
      share: total === 0 ? 0 : wholeTime(times[i]!) / total,
      density: sum(spikes) / (neurons * images * timeSteps),
      additions: sum(synapticOperations) / images,
    };
  });
}

function wholeTime({ currents, lists, counts }: LayerTime): number {
  return currents + lists + counts;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

const COLUMNS = ['layer', 'ms an image', 'share', 'spiking', 'additions', '10⁹ additions/s'];

/** The costs as lines of a table, then their sum. */
export function formatLayerCosts(costs: readonly LayerCost[]): string[] {
  const total = costs.reduce(
    (before, { milliseconds, additions }) => ({
      milliseconds: before.milliseconds + milliseconds,
      additions: before.additions + additions,
    }),
    { milliseconds: 0, additions: 0 },
  );
  const rows = [
    COLUMNS,
    ...costs.map((layer) => [
      layer.name,
      layer.milliseconds.toFixed(3),
      `${(100 * layer.share).toFixed(1)} %`,
      `${(100 * layer.density).toFixed(1)} %`,
      layer.additions.toFixed(0),
      rate(layer),
    ]),
    ['all', total.milliseconds.toFixed(3), '', '', total.additions.toFixed(0), rate(total)],
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Empty for the first layer, whose current comes from the image and is not counted in additions. */
function rate({ milliseconds, additions }: { milliseconds: number; additions: number }): string {
  return additions === 0 || milliseconds === 0 ? '' : (additions / milliseconds / 1e6).toFixed(2);
}
