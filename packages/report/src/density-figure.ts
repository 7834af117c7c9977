import type { Measurement } from '@opi-snn/harness';
import { coincidingLines } from './coinciding-lines.js';
import { depthPlot } from './depth-plot.js';
import type { FigureModel } from './figure.js';
import { inPercent } from './number-format.js';
import { optimalAndPlain, seriesNames } from './series-lookup.js';

/**
 * Share of the neurons that spike in a step, by depth, one line per series.
 *
 * @param measurement  of one experiment
 * @returns the figure, or undefined when nothing was counted
 */
export function densityFigure(measurement: Measurement): FigureModel | undefined {
  const names = seriesNames(measurement.series);
  const data = measurement.series.flatMap((one) =>
    one.layers.map(({ layer, neurons, spikesPerNeuronPerStep }, index) => ({
      series: names.get(one.id)!,
      layer,
      depth: index + 1,
      neurons,
      spikesPerNeuronPerStep,
    })),
  );
  if (data.length === 0) return undefined;
  const { optimal } = optimalAndPlain(measurement.series);
  const last = optimal?.cost.at(-1);
  const overall =
    last === undefined
      ? ''
      : ` Over all layers, ${optimal!.label}: ${inPercent(last.spikesPerNeuronPerStep)}.`;
  return {
    id: 'density',
    title: 'Spike density of each layer',
    caption: `Share of the neurons that spike in a step, over the whole run: the lower, the fewer additions.${overall}${coincidingLines(data, 'spikesPerNeuronPerStep')}`,
    description: `Spike density of ${new Set(data.map(({ layer }) => layer)).size} layers, one line for each series. All values are in the data.`,
    data,
    spec: depthPlot(measurement, data, {
      field: 'spikesPerNeuronPerStep',
      title: 'neurons that spike in a step',
      format: '~%',
    }),
  };
}
