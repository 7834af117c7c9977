import { writeFileAtomically, type ExperimentResult } from '@opi-snn/harness';
import { escapeHtml } from './escape-html.js';
import { headline } from './headline.js';
import { htmlPage } from './html-page.js';
import { htmlSection } from './html-section.js';
import { plainStrings } from './plain-text.js';

/**
 * Writes {@link renderHtml} to a file, aside and then renamed.
 *
 * @param path  file to make or replace
 * @param results  in order
 * @throws StorageError when it cannot be written
 */
export async function saveReport(path: string, results: readonly ExperimentResult[]): Promise<void> {
  await writeFileAtomically(path, await renderHtml(results));
}

/**
 * One self-contained page: it opens offline, runs no script and asks nothing of any server (a content security policy
 * forbids both), follows the reader's light or dark, prints, and is readable without colour and without eyes.
 *
 * @param outside  results, one section each, in order; every string in them is escaped
 * @returns a complete HTML document
 */
export async function renderHtml(outside: readonly ExperimentResult[]): Promise<string> {
  const results = plainStrings(outside);
  const [only] = results.length === 1 ? results : [];
  const sections: string[] = [];
  for (const [index, result] of results.entries()) sections.push(await htmlSection(result, `r${index + 1}`));
  const title = only === undefined ? 'opi-snn report' : `${only.measurement.experiment.title} – opi-snn`;
  return htmlPage(
    title,
    `<header>
<h1>Spiking networks from optimized initial potentials</h1>
${only === undefined ? contents(results) : ''}
</header>
${sections.join('\n')}
<footer><p class="note">opi-snn reproduces Bu, Ding, Yu, Huang, <cite>Optimized Potential Initialization for Low-Latency Spiking Neural Networks</cite>, AAAI 2022.</p></footer>`,
  );
}

function contents(results: readonly ExperimentResult[]): string {
  const items = results.map(
    ({ measurement }, index) =>
      `<li><a href="#r${index + 1}">${escapeHtml(measurement.experiment.title)}</a>: ${escapeHtml(headline(measurement))}</li>`,
  );
  return `<nav aria-label="Experiments"><ul>${items.join('\n')}</ul></nav>`;
}
