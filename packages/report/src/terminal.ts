import type { ExperimentResult, FindingVerdict, Measurement } from '@opi-snn/harness';
import { accuracyTable, PAIRED_TESTS } from './accuracy-table.js';
import { errorTable, errorTimeSteps } from './error-table.js';
import { DRAWN_TIME_STEPS } from './error-figure.js';
import { findingGroups, type FindingGroup } from './finding-groups.js';
import { comparisonLines, evidence } from './finding-text.js';
import { headline } from './headline.js';
import { duration } from './number-format.js';
import { OUTCOME_SIGNS, outcomeText } from './outcome-sign.js';
import { plainStrings } from './plain-text.js';
import { IMAGES_AND_SEEDS, publishedSources, publishedTable, SOURCE } from './published-table.js';
import { subjectLine } from './run-facts.js';
import { nearestTimeSteps } from './series-lookup.js';
import { withoutColumns } from './table.js';
import { pageOf, type Page, type TerminalOptions } from './terminal-page.js';

/**
 * A result as text for a terminal: headline, accuracy, published values, error, findings. The figures and all paired
 * tests are in the page that `saveReport` writes.
 *
 * @param outside  result of one experiment; control characters in it are replaced
 * @param options  width and colour
 * @returns lines, without a line break at the end
 */
export function renderTerminal(outside: ExperimentResult, options: TerminalOptions = {}): string {
  const result = plainStrings(outside);
  const { measurement } = result;
  const page = pageOf(options);
  const blocks = [
    page.bold(page.wrap(measurement.experiment.title)),
    page.wrap(headline(measurement)),
    page.wrap(subjectLine(result)),
    page.table(withoutColumns(accuracyTable(measurement), PAIRED_TESTS)),
    published(measurement, page),
    errors(measurement, page),
    ...findingGroups(measurement.findings).map((group) => findings(group, page)),
    ...measurement.remarks.map((remark) => page.wrap(remark)),
    page.wrap(machine(result)),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function published({ cells }: Measurement, page: Page): string {
  const table = publishedTable(cells);
  if (table === undefined) return '';
  const sources = publishedSources(cells).join('; ');
  return `${page.table(withoutColumns(table, IMAGES_AND_SEEDS, SOURCE))}\n${page.wrap(`Source: ${sources}.`)}`;
}

/** A few T say it: errors in units of θ/T hardly change after the first steps. */
function errors(measurement: Measurement, page: Page): string {
  const all = errorTimeSteps(measurement);
  const few = [all[0], nearestTimeSteps(all, DRAWN_TIME_STEPS), all.at(-1)].filter((t) => t !== undefined);
  const table = errorTable(measurement, [...new Set(few)]);
  return table === undefined ? '' : page.table(table);
}

function findings({ title, findings: verdicts }: FindingGroup, page: Page): string {
  return [page.bold(title), ...verdicts.map((finding) => findingBlock(finding, page))].join('\n');
}

function findingBlock(finding: FindingVerdict, page: Page): string {
  const { outcome, claim, confidence } = finding;
  const sign = outcomeText(outcome);
  const text = page.wrap(`${sign}: ${claim} (${confidence}). ${evidence(finding)}`);
  const lines = comparisonLines(finding).map((line) => page.wrap(line, 4));
  return [text.replace(sign, page.tone(sign, OUTCOME_SIGNS[outcome].tone)), ...lines].join('\n');
}

function machine({ environment, hashes }: ExperimentResult): string {
  const { backend, threads, seconds, processorSeconds, jobs } = environment;
  const processor = processorSeconds === undefined ? '' : ` (processor ${duration(processorSeconds)})`;
  return (
    `${backend}, ${threads} threads, ${duration(seconds)}${processor} (${jobs.stored} jobs from the store, ${jobs.executed} executed); ` +
    `predictions ${hashes.predictions.slice(0, 16)}`
  );
}
