export type { TerminalOptions } from './terminal-page.js';
export { renderTerminal } from './terminal.js';
export { renderMarkdown } from './markdown.js';
export { renderJson } from './json.js';
export { renderHtml, saveReport } from './html.js';
export { headline } from './headline.js';
export type { DataRow, DataValue, FigureModel } from './figure.js';
export { figuresOf } from './figures.js';
export { drawFigure } from './draw-figure.js';
export { toCsv } from './csv.js';
export type { TrainingEpoch, TrainingPage } from './training-page.js';
export { renderTrainingPage, saveTrainingPage } from './training-page.js';
export type {
  Cause,
  DiagnosedEnergy,
  DiagnosedLayer,
  Diagnosis,
  DiagnosisEffect,
} from './diagnosis/diagnosis.js';
export { renderDiagnosis } from './diagnosis/terminal.js';
export { renderDiagnosisPage, saveDiagnosisPage } from './diagnosis/page.js';
