import type { ExperimentResult, FindingVerdict } from '@opi-snn/harness';
import { accuracyTable } from './accuracy-table.js';
import { errorTable } from './error-table.js';
import { findingGroups } from './finding-groups.js';
import { evidence } from './finding-text.js';
import { headline } from './headline.js';
import { outcomeText } from './outcome-sign.js';
import { plainStrings } from './plain-text.js';
import { publishedTable } from './published-table.js';
import { subjectLine } from './run-facts.js';
import { inOneLine, type TableModel } from './table.js';

/**
 * A result for a pull request: GitHub-flavoured Markdown without HTML, links or mentions.
 *
 * @param outside  result of one experiment; every string in it is escaped
 * @returns Markdown, ending with a line break
 */
export function renderMarkdown(outside: ExperimentResult): string {
  const result = plainStrings(outside);
  const { measurement, environment, hashes } = result;
  const { findings, remarks } = measurement;
  const tables = [accuracyTable(measurement), publishedTable(measurement.cells), errorTable(measurement)];
  const blocks = [
    `## ${escapeMarkdown(measurement.experiment.title)}`,
    escapeMarkdown(headline(measurement)),
    escapeMarkdown(`${subjectLine(result)}.`),
    ...tables.filter((table) => table !== undefined).map(renderTable),
    ...findingGroups(findings).map(
      (group) => `### ${group.title}\n\n${group.findings.map(renderFinding).join('\n')}`,
    ),
    ...remarks.map(escapeMarkdown),
    `Predictions ${escapeMarkdown(hashes.predictions)}, made by`,
    // An indented block cannot be ended by anything within its one line.
    `    ${environment.command}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function renderTable({ title, note, columns, rows }: TableModel): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const head = line(columns.map((column) => escapeMarkdown(column.title)));
  const rule = line(columns.map(({ holds }) => (holds === 'numbers' ? '--:' : ':--')));
  const body = rows.map((row) =>
    line(row.map((one, index) => escapeMarkdown(inOneLine(one, columns[index]!)))),
  );
  return `### ${escapeMarkdown(title)}\n\n${escapeMarkdown(note)}\n\n${[head, rule, ...body].join('\n')}`;
}

function renderFinding(finding: FindingVerdict): string {
  const { outcome, claim, source, confidence } = finding;
  return `- **${outcomeText(outcome)}**: ${escapeMarkdown(`${claim}. ${evidence(finding)} Source: ${source}; ${confidence}.`)}`;
}

/**
 * Text that stands for itself: no HTML, emphasis, code, table cell, link, mention, emoji or formula comes of it, and no
 * list, heading or block of code where it begins a paragraph.
 */
function escapeMarkdown(text: string): string {
  return text
    .trimStart()
    .replaceAll(/[\\`*_{}[\]<>#|~&$^]|:(?=\S)|(?<=\bwww)\.|^[-+=]|(?<=^\d+)[.)]/giu, '\\$&')
    .replaceAll('@', '@\u200b');
}
