import type { ExperimentResult, FindingVerdict } from '@opi-snn/harness';
import { count, pValue, signed } from './format.js';
import { headline } from './headline.js';
import { plainText } from './plain-text.js';
import { outcomeText } from './symbols.js';
import type { TableModel } from './table-model.js';
import { accuracyTable, cellTable, errorTables } from './tables.js';

/**
 * A result for a pull request or a README: GitHub-flavoured Markdown without HTML.
 *
 * @param result  of one experiment
 * @returns Markdown, ending with a line break; outside text is escaped
 */
export function renderMarkdown(result: ExperimentResult): string {
  const { measurement, environment, hashes } = result;
  const { experiment, network, dataset, findings, remarks } = measurement;
  const cells = cellTable(measurement.cells);
  const tables = [
    accuracyTable(measurement),
    ...errorTables(measurement),
    ...(cells === undefined ? [] : [cells]),
  ];
  const blocks = [
    `## ${escapeMarkdown(experiment.title)}`,
    escapeMarkdown(headline(measurement)),
    escapeMarkdown(
      `${network.name} (${network.checkpoint}) on ${count(dataset.images)} ${dataset.split} images of ${dataset.name}.`,
    ),
    ...tables.map(renderTable),
    ...(findings.length === 0 ? [] : ["### The paper's findings", findings.map(renderFinding).join('\n')]),
    ...remarks.map(escapeMarkdown),
    `Predictions \`${hashes.predictions}\`, made by`,
    `    ${plainText(environment.command).replaceAll('\n', ' ')}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function renderTable({ title, note, head, rows }: TableModel): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = `| ${head.map(() => '---:').join(' | ')} |`;
  return `### ${escapeMarkdown(title)}\n\n${escapeMarkdown(note)}\n\n${[line(head), rule, ...rows.map(line)].join('\n')}`;
}

function renderFinding(finding: FindingVerdict): string {
  const { outcome, claim, comparisons, effect, effectUnit, pValue: p } = finding;
  const evidence = comparisons.length === 0 ? '' : ` (${signed(effect)} ${effectUnit}, ${pValue(p)})`;
  return `- **${outcomeText(outcome)}**: ${escapeMarkdown(claim + evidence)}`;
}

function escapeMarkdown(text: string): string {
  return plainText(text)
    .replaceAll(/[\\`*_{}[\]<>#|~]/gu, (character) => `\\${character}`)
    .replaceAll('\n', ' · ');
}
