import { writeFileAtomically, type ExperimentResult } from '@opi-snn/harness';
import { headline, percent, percentRange, pValue } from './number-format.js';
import { drawFigures, type Figure } from './plots.js';

/** Writes {@link renderHtml} to a file, aside and then renamed. */
export async function saveReport(path: string, results: readonly ExperimentResult[]): Promise<void> {
  await writeFileAtomically(path, await renderHtml(results));
}

/** One self-contained HTML page: opens offline, light and dark, printable, every string from outside escaped. */
export async function renderHtml(results: readonly ExperimentResult[]): Promise<string> {
  const sections = await Promise.all(
    results.map(async (result) => section(result, await drawFigures(result))),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>opi-snn report</title><style>${STYLE}</style></head>
<body><main><h1>opi-snn: initial potentials</h1>${sections.join('\n')}</main></body></html>
`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1b1f;--ground:#fff;--line:#8885}
@media (prefers-color-scheme:dark){:root{--ink:#e6e6ea;--ground:#16161a}}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:52rem;margin:auto;padding:1rem}.lead{font-size:1.2rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0}
th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:right;font-variant-numeric:tabular-nums}
th:first-child,td:first-child,.words td{text-align:left}small{display:block;opacity:.75}
figure{margin:1.5rem 0}figure svg{max-width:100%;height:auto}figcaption{max-width:40rem}
code{overflow-wrap:anywhere}details{margin:.3rem 0}
@media print{details{display:none}figure{break-inside:avoid}}`;

/** Makes a string safe inside HTML text and attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

function section(result: ExperimentResult, figures: readonly Figure[]): string {
  const { measurement, environment, hashes } = result;
  const remarks = measurement.remarks.map((remark) => `<li>${escapeHtml(remark)}</li>`).join('');
  return `<section><h2>${escapeHtml(measurement.experiment.title)}</h2>
<p class="lead">${escapeHtml(headline(result))}</p><p>${escapeHtml(measurement.experiment.question)}</p>
${accuracyTable(result)}${publishedTable(result)}${findingsTable(result)}
${figures.map(figureHtml).join('\n')}
<h3>How this was made</h3><p><code>${escapeHtml(environment.command)}</code></p>
<ul>${remarks}<li>Checkpoint ${escapeHtml(measurement.network.checkpoint)}, hash <code>${escapeHtml(measurement.network.hash)}</code></li>
<li>Data ${escapeHtml(measurement.dataset.name)} (${escapeHtml(measurement.dataset.split)}), hash <code>${escapeHtml(measurement.dataset.hash)}</code></li>
<li>Predictions <code>${escapeHtml(hashes.predictions)}</code></li>
<li>${escapeHtml(`Node ${environment.node}, ${environment.cpu}, ${environment.backend}, ${environment.threads} threads, ${environment.seconds.toFixed(1)} s`)}</li></ul></section>`;
}

function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  kind = '',
): string {
  const header = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((cell, i) => (i === 0 ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`)).join('')}</tr>`,
    )
    .join('');
  return `<h3>${escapeHtml(caption)}</h3><div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table class="${kind}"><thead><tr>${header}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function accuracyTable({ measurement }: ExperimentResult): string {
  const { ann, series, timeSteps } = measurement;
  const rows = series.map(({ label, accuracy }) => [
    escapeHtml(label),
    ...accuracy.map((point) => `${percent(point.accuracy)}<small>${percentRange(point.interval)}</small>`),
    ann === null ? '' : `${percent(ann.accuracy)}<small>${percentRange(ann.interval)}</small>`,
  ]);
  return table(
    `Accuracy in percent, n = ${measurement.dataset.images} (95 % interval below)`,
    ['initial potential', ...timeSteps.map((t) => `T = ${t}`), 'ANN'],
    rows,
  );
}

function publishedTable({ measurement }: ExperimentResult): string {
  if (measurement.cells.length === 0) return '';
  const rows = measurement.cells.map(({ timeSteps, expected, got, difference, outcome }) => [
    String(timeSteps),
    expected === null ? '' : percent(expected.accuracy),
    got === null ? '' : percent(got.accuracy),
    difference === null ? '' : `${difference >= 0 ? '+' : ''}${percent(difference)}`,
    escapeHtml(outcome),
    expected === null ? '' : escapeHtml(`${expected.source}, ${expected.confidence}`),
  ]);
  return table(
    'Beside the published row',
    ['T', 'published', 'ours', 'difference', 'verdict', 'source'],
    rows,
  );
}

function findingsTable({ measurement }: ExperimentResult): string {
  const rows = measurement.findings.map(({ claim, outcome, comparisons, pValue: p, source }) => [
    escapeHtml(claim),
    escapeHtml(outcome),
    comparisons.length === 0 ? '' : `${comparisons.length} paired tests, smallest p ${escapeHtml(pValue(p))}`,
    escapeHtml(source),
  ]);
  return table('Findings of the paper', ['claim', 'verdict', 'evidence', 'source'], rows, 'words');
}

function figureHtml({ title, caption, svg, csv }: Figure): string {
  const labelled = svg.replace(
    '<svg ',
    `<svg role="img" aria-label="${escapeHtml(`${title}. ${caption}`)}" `,
  );
  const link = `data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`;
  const name = title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return `<figure><h3>${escapeHtml(title)}</h3>${labelled}<figcaption>${escapeHtml(caption)} <a href="${link}" download="${name}.csv">Data as CSV</a></figcaption></figure>`;
}
