import type { Measurement } from '@opi-snn/harness';
import { accuracyFigure } from './accuracy-figure.js';
import { costFigure } from './cost-figure.js';
import { decompositionFigure } from './decomposition-figure.js';
import { densityFigure } from './density-figure.js';
import { errorFigure } from './error-figure.js';
import type { FigureModel } from './figure.js';
import { firstSpikeFigure } from './first-spike-figure.js';

/**
 * All figures that a measurement has data for, in reading order.
 *
 * @param measurement  of one experiment
 * @returns figures, not yet drawn
 */
export function figuresOf(measurement: Measurement): FigureModel[] {
  const figures = [
    accuracyFigure,
    errorFigure,
    decompositionFigure,
    firstSpikeFigure,
    densityFigure,
    costFigure,
  ];
  return figures.map((figure) => figure(measurement)).filter((figure) => figure !== undefined);
}
