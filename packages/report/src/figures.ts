import type { Measurement } from '@opi-snn/harness';
import { accuracyFigure } from './accuracy-figure.js';
import { biasFigure } from './bias-figure.js';
import { constantFigure } from './constant-figure.js';
import { costFigure } from './cost-figure.js';
import { decompositionFigure } from './decomposition-figure.js';
import { densityFigure } from './density-figure.js';
import { errorFigure } from './error-figure.js';
import type { FigureModel } from './figure.js';
import { firstSpikeFigure } from './first-spike-figure.js';
import { methodFigure } from './method-figure.js';

/** More lines in one plot cannot be told apart: more dashes and shapes there are not. */
const MOST_LINES = 12;

/**
 * All figures that a measurement has data for, in reading order. With very many series, each method gets a panel of its
 * own instead of all series sharing one plot.
 *
 * @param measurement  of one experiment
 * @returns figures, not yet drawn
 */
export function figuresOf(measurement: Measurement): FigureModel[] {
  const { series } = measurement;
  // A panel with a single line would say again what the plot of all lines says.
  const hasPanels = new Set(series.map(({ method }) => method)).size < series.length;
  const figures =
    series.length > MOST_LINES
      ? [methodFigure]
      : [
          constantFigure,
          accuracyFigure,
          ...(hasPanels ? [methodFigure] : []),
          biasFigure,
          errorFigure,
          decompositionFigure,
          firstSpikeFigure,
          densityFigure,
          costFigure,
        ];
  return figures.map((figure) => figure(measurement)).filter((figure) => figure !== undefined);
}
