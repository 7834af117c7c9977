import type { Measurement } from '@opi-snn/harness';
import { depthPlot } from './depth-plot.js';
import type { FigureModel } from './figure.js';
import { optimalAndPlain, seriesNames } from './series-lookup.js';

/**
 * Mean step of the first spike by depth, one line per series.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined when nothing was recorded
 */
export function firstSpikeFigure(measurement: Measurement): FigureModel | undefined {
  const names = seriesNames(measurement.series);
  const data = measurement.firstSpikes
    .filter(({ series, meanStep }) => meanStep !== null && names.has(series))
    .map(({ series, layer, depth, meanStep, firedFraction, timeSteps }) => ({
      series: names.get(series)!,
      layer,
      depth,
      meanStep,
      firedFraction,
      timeSteps,
    }));
  if (data.length === 0) return undefined;
  const layers = new Set(data.map(({ layer }) => layer)).size;
  return {
    id: 'first-spikes',
    title: 'First spike of each layer',
    caption: `Mean step (1 is the first) of the first spike, over the neurons that fire at all.${lastLayer(measurement)}`,
    description: `Mean first-spike step of ${layers} layers for each initial potential. All values are in the data.`,
    data,
    spec: depthPlot(measurement, data, { field: 'meanStep', title: 'first spike (step)', format: '~g' }),
  };
}

function lastLayer({ series, firstSpikes }: Measurement): string {
  const { optimal, plain } = optimalAndPlain(series);
  const last = (id: string | undefined): number | undefined =>
    firstSpikes
      .filter((entry) => entry.series === id)
      .toSorted((a, b) => a.depth - b.depth)
      .at(-1)?.meanStep ?? undefined;
  const [soon, late] = [last(optimal?.id), last(plain?.id)];
  if (soon === undefined || late === undefined) return '';
  return ` In the last layer it comes at step ${soon.toFixed(1)} from ${optimal!.label} and ${late.toFixed(1)} from ${plain!.label}.`;
}
