export { escapeHtml, renderHtml, saveReport } from './html.js';
export { headline, meanErrors, type MeanError } from './number-format.js';
export { drawFigures, type Figure } from './plots.js';
export { renderTerminal, type TerminalOptions } from './terminal.js';
export {
  renderTrainingPage,
  saveTrainingPage,
  type TrainingEpoch,
  type TrainingPage,
} from './training-page.js';
