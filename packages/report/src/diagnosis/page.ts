import { writeFileAtomically } from '@opi-snn/harness';
import { escapeHtml } from '../escape-html.js';
import { htmlFigure } from '../html-figure.js';
import { htmlPage } from '../html-page.js';
import { htmlTable } from '../html-table.js';
import { plainStrings } from '../plain-text.js';
import type { Diagnosis } from './diagnosis.js';
import { diagnosisFigures } from './figures.js';
import { accuracyRows, energyTable, layerTable } from './tables.js';
import { accuracySentence, suggestionSentence, verdict } from './verdict.js';

/**
 * Writes {@link renderDiagnosisPage} to a file, aside and then renamed.
 *
 * @throws StorageError when it cannot be written
 */
export async function saveDiagnosisPage(path: string, diagnosis: Diagnosis): Promise<void> {
  await writeFileAtomically(path, await renderDiagnosisPage(diagnosis));
}

/**
 * One self-contained page about one spiking network: verdict, a plot of every quantity by depth, a plot of every layer.
 * It opens offline and runs no script, as the page of `renderHtml`.
 *
 * @param outside every string in it is escaped
 * @returns a complete HTML document
 */
export async function renderDiagnosisPage(outside: Diagnosis): Promise<string> {
  const diagnosis = plainStrings(outside);
  const { title, origin, command, notes } = diagnosis;
  const { text, tone } = verdict(diagnosis);
  const figures: string[] = [];
  const place = { id: 'd', file: 'diagnosis', command };
  for (const figure of diagnosisFigures(diagnosis)) figures.push(await htmlFigure(figure, place));
  const energy = energyTable(diagnosis);
  return htmlPage(
    `Diagnosis of ${title} – opi-snn`,
    `<header><h1>Diagnosis of ${escapeHtml(title)}</h1><p>${escapeHtml(origin)}</p></header>
<p class="lead"><span class="${tone}">${escapeHtml(text)}</span></p>
<p>${escapeHtml(accuracySentence(diagnosis))}</p>
<p>${escapeHtml(suggestionSentence(diagnosis))}</p>
${htmlTable(layerTable(diagnosis), 3)}
${figures.join('\n')}
${htmlTable(accuracyRows(diagnosis), 3)}
${energy === undefined ? '' : htmlTable(energy, 3)}
<h3>How to get these numbers again</h3>
<pre tabindex="0"><code>${escapeHtml(command)}</code></pre>
${notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`}`,
  );
}
