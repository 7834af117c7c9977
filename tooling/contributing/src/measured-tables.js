// @ts-check
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const PAGES = 'docs/methods';
const RESULTS = 'results';
/** From `<!-- measured: ID SERIES… -->` to `<!-- /measured -->`. */
const BLOCK = /<!-- measured: (?<request>[^>]+?) -->\n[\s\S]*?<!-- \/measured -->/g;

/**
 * @typedef {object} Accuracy
 * @property {number} timeSteps
 * @property {number} accuracy
 * @property {{ low: number, high: number }} interval
 *
 * @typedef {object} Finding
 * @property {string} claim
 * @property {string} outcome
 * @property {number} effect
 * @property {string} effectUnit
 * @property {number | null} pValue
 * @property {{ first: string, second: string }[]} comparisons
 *
 * @typedef {object} Result what is read of a file in `results/`
 * @property {{ command: string }} environment
 * @property {{
 *   ann: { accuracy: number },
 *   dataset: { name: string, images: number, available: number },
 *   network: { checkpoint: string },
 *   timeSteps: number[],
 *   series: { id: string, label: string, accuracy: Accuracy[] }[],
 *   findings: Finding[],
 * }} measurement
 */

/** A page asks for something that a result does not hold; the message names page, request and remedy. */
export class TableError extends Error {
  /** @override */
  name = 'TableError';
}

/**
 * The pages of methods with every measured table as the committed results have it.
 *
 * @param {string} root the checkout
 * @returns {Promise<{ path: string, before: string, after: string }[]>} pages that have such tables
 * @throws {TableError} if a page asks for a series that its result does not have
 */
export async function measuredTables(root) {
  const pages = [];
  for (const file of (await readdir(join(root, PAGES))).sort()) {
    const path = `${PAGES}/${file}`;
    const before = file.endsWith('.md') ? await readFile(join(root, path), 'utf8') : '';
    const requests = [...before.matchAll(BLOCK)].map(({ groups }) => groups?.['request'] ?? '');
    if (requests.length === 0) continue;
    const blocks = await Promise.all(requests.map((request) => blockOf(root, path, request)));
    pages.push({ path, before, after: before.replace(BLOCK, () => blocks.shift() ?? '') });
  }
  return pages;
}

/**
 * Writes them.
 *
 * @param {string} root the checkout
 * @returns {Promise<string[]>} pages that were changed
 */
export async function writeMeasuredTables(root) {
  const changed = (await measuredTables(root)).filter(({ before, after }) => before !== after);
  for (const { path, after } of changed) await writeFile(join(root, path), after);
  return changed.map(({ path }) => path);
}

/**
 * @param {string} root
 * @param {string} page
 * @param {string} request `ID SERIES…`
 */
async function blockOf(root, page, request) {
  const [id = '', ...patterns] = request.split(' ');
  const file = join(root, RESULTS, `${id}.json`);
  const result = existsSync(file)
    ? /** @type {Result} */ (JSON.parse(await readFile(file, 'utf8')))
    : undefined;
  const text =
    result === undefined || isNew(result, page, patterns)
      ? `Not run yet: \`pnpm opi reproduce ${id}\`.`
      : renderTable(result, { id, patterns, page });
  return `<!-- measured: ${request} -->\n\n${text}\n\n<!-- /measured -->`;
}

/**
 * Whether a page asks for its own method in a result that was made before the method was there.
 *
 * @param {Result} result
 * @param {string} page
 * @param {readonly string[]} patterns
 */
function isNew({ measurement: { series } }, page, [own = '']) {
  const name = basename(page, '.md');
  return own === `${name}-*` && !series.some(({ id }) => id.startsWith(`${name}-`));
}

/**
 * A table of some series of a result, and what was found about them.
 *
 * @param {Result} result
 * @param {{ id: string, patterns: readonly string[], page: string }} request series by id, `*` for any characters
 */
export function renderTable(result, { id, patterns, page }) {
  const { ann, dataset, network, timeSteps, series, findings } = result.measurement;
  const rows = patterns.flatMap((pattern) => {
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u');
    const found = series.filter(({ id: name }) => expression.test(name));
    if (found.length > 0) return found;
    const known = series.map(({ id: name }) => name).join(', ');
    throw new TableError(`${page}: ${id} has no series ${pattern}; it has ${known}.`);
  });
  const digits = dataset.images >= 10_000 ? 2 : 1;
  const table = [
    [network.checkpoint.replace('.safetensors', ''), ...timeSteps.map((t) => `T = ${t}`)],
    ...rows.map(({ label, accuracy }) => [
      label,
      ...timeSteps.map((t) => {
        const at = accuracy.find((one) => one.timeSteps === t);
        return at === undefined ? '' : (100 * at.accuracy).toFixed(digits);
      }),
    ]),
  ];
  const width = Math.max(
    ...rows.flatMap(({ accuracy }) => accuracy.map(({ interval: { low, high } }) => high - low)),
  );
  const { images, available, name } = dataset;
  const count =
    images === available ? `all ${grouped(images)}` : `the first ${grouped(images)} of ${grouped(available)}`;
  const labels = new Set(rows.map(({ label }) => label));
  const verdicts = verdictsOn(findings, labels);
  return [
    markdownTable(table),
    '',
    `Percent of ${count} ${name} test images (ANN ${(100 * ann.accuracy).toFixed(digits)}; intervals of up to ±${(50 * width).toFixed(1)} points).${verdicts} \`results/${id}.json\`, from \`${result.environment.command}\`.`,
  ].join('\n');
}

/**
 * One sentence for each claim, which methods share.
 *
 * @param {readonly Finding[]} findings
 * @param {ReadonlySet<string>} labels of the rows
 */
function verdictsOn(findings, labels) {
  const shown = findings.filter(({ comparisons }) =>
    comparisons.some(({ first, second }) => labels.has(first) && labels.has(second)),
  );
  /** @type {Map<string, Map<string, string[]>>} */
  const byClaim = new Map();
  for (const { claim, outcome, effect, effectUnit, pValue } of shown) {
    const [general = claim, about] = claim.split(/: (?=[a-z-]+$)/u);
    const unit = effectUnit === 'percentage points' ? 'points' : effectUnit;
    const size = `${effect >= 0 ? '+' : '−'}${Math.abs(effect).toFixed(1)} ${unit}`;
    // With many methods in a table the probabilities stand in the result.
    const p =
      pValue === null || outcome !== 'supported' || shown.length > 4 ? '' : `, p = ${pValue.toPrecision(1)}`;
    const outcomes = byClaim.get(general) ?? new Map();
    byClaim.set(general, outcomes);
    const text = `${about === undefined ? '' : `${about} `}(${size}${p})`;
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), text]);
  }
  return [...byClaim]
    .map(([claim, outcomes]) => {
      const said = [...outcomes].map(([outcome, texts]) => `${outcome} ${texts.join(', ')}`);
      return ` “${claim}”: ${said.join('; ')}.`;
    })
    .join('');
}

/** @param {readonly (readonly string[])[]} rows the first is the head; all columns but the first are numbers */
function markdownTable([head = [], ...rows]) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), 4),
  );
  /** @param {readonly string[]} row */
  const line = (row) =>
    `| ${widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? `:${'-'.repeat(width - 1)}` : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** @param {number} count */
function grouped(count) {
  return count.toLocaleString('en-US');
}
