import type { ExperimentResult, Measurement } from '@opi-snn/harness';
import { accuracyTable } from './accuracy-table.js';
import { costTable } from './cost-table.js';
import { errorTable } from './error-table.js';
import { escapeHtml } from './escape-html.js';
import type { FigureModel } from './figure.js';
import { figuresOf } from './figures.js';
import { headline } from './headline.js';
import { htmlFigure } from './html-figure.js';
import { htmlFindings } from './html-findings.js';
import { htmlTable } from './html-table.js';
import { keptTogether } from './kept-together.js';
import { publishedTable } from './published-table.js';
import { runFacts } from './run-facts.js';
import type { TableModel } from './table.js';

/** The chapters after accuracy and findings: which figures and which table belong together. */
const CHAPTERS: readonly {
  readonly title: string;
  readonly figures: readonly string[];
  readonly table: ((measurement: Measurement) => TableModel | undefined) | undefined;
}[] = [
  { title: 'Conversion error', figures: ['bias', 'errors', 'decomposition'], table: errorTable },
  { title: 'Delay', figures: ['first-spikes'], table: undefined },
  { title: 'Spikes and cost', figures: ['density', 'cost'], table: costTable },
];

/**
 * Everything about one experiment: headline, accuracy, findings, error, delay, cost, and how to get the numbers again.
 *
 * @param result  with plain strings
 * @param id  of the section, unique on the page
 * @returns HTML
 */
export async function htmlSection(result: ExperimentResult, id: string): Promise<string> {
  const { measurement, environment } = result;
  const { experiment } = measurement;
  const place = { id, file: fileName(experiment.id), command: environment.command };
  const figures = new Map<string, string>();
  for (const figure of figuresOf(measurement)) figures.set(figure.id, await htmlFigure(figure, place));
  const drawn = (ids: readonly FigureModel['id'][]): string[] => ids.flatMap((one) => figures.get(one) ?? []);
  const chapters = CHAPTERS.map(({ title, figures: ids, table }) =>
    chapter(title, [...drawn(ids), ...optionalTable(table?.(measurement), 4)]),
  );
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(experiment.title)}</h2>
<p class="lead">${escapeHtml(keptTogether(headline(measurement)))}</p>
<p>${escapeHtml(experiment.question)}</p>
${[
  htmlTable(accuracyTable(measurement), 3),
  ...drawn(['constants', 'accuracy', 'methods']),
  ...optionalTable(publishedTable(measurement.cells), 3),
  htmlFindings(measurement.findings),
  ...chapters,
  provenance(result),
]
  .filter((part) => part !== '')
  .join('\n')}
</section>`;
}

function chapter(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `<h3>${title}</h3>\n${parts.join('\n')}`;
}

function optionalTable(table: TableModel | undefined, heading: 3 | 4): string[] {
  return table === undefined ? [] : [htmlTable(table, heading)];
}

function provenance(result: ExperimentResult): string {
  const { remarks } = result.measurement;
  const list = remarks.map((remark) => `<li>${escapeHtml(remark)}</li>`);
  const facts = runFacts(result).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  return `<h3>How to get these numbers again</h3>
<pre><code>${escapeHtml(result.environment.command)}</code></pre>
${list.length === 0 ? '' : `<ul>${list.join('')}</ul>`}
<dl>${facts.join('\n')}</dl>`;
}

/** Letters, digits and hyphens only, whatever the experiment is called. */
function fileName(experiment: string): string {
  const safe = experiment.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
  return safe.replaceAll(/^-+|-+$/gu, '') || 'experiment';
}
