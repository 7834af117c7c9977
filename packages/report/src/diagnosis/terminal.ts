import { plainStrings } from '../plain-text.js';
import { pageOf, type TerminalOptions } from '../terminal-page.js';
import type { Diagnosis } from './diagnosis.js';
import { accuracyRows, energyTable, layerTable } from './tables.js';
import { accuracySentence, suggestionSentence, verdict } from './verdict.js';

/**
 * A diagnosis as text for a terminal.
 *
 * @param outside  control characters in it are replaced
 * @param options  width and colour
 * @returns lines, without a line break at the end
 */
export function renderDiagnosis(outside: Diagnosis, options: TerminalOptions = {}): string {
  const diagnosis = plainStrings(outside);
  const page = pageOf(options);
  const { text, tone } = verdict(diagnosis);
  const energy = energyTable(diagnosis);
  const blocks = [
    page.bold(page.wrap(`Diagnosis of ${diagnosis.title}, ${diagnosis.origin}`)),
    page.tone(page.wrap(text), tone),
    page.wrap(accuracySentence(diagnosis)),
    page.wrap(suggestionSentence(diagnosis)),
    page.table(layerTable(diagnosis)),
    page.table(accuracyRows(diagnosis)),
    ...(energy === undefined ? [] : [page.table(energy)]),
    ...diagnosis.notes.map((note) => page.wrap(`note: ${note}`)),
  ];
  return blocks.join('\n\n');
}
