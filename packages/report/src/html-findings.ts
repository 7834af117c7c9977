import type { FindingVerdict } from '@opi-snn/harness';
import { escapeHtml } from './escape-html.js';
import { findingGroups, type FindingGroup } from './finding-groups.js';
import { comparisonTable, evidence } from './finding-text.js';
import { htmlTable } from './html-table.js';
import { keptTogether } from './kept-together.js';
import { OUTCOME_SIGNS, outcomeText } from './outcome-sign.js';

/**
 * Findings with their verdicts, those of the paper and our own apart; the tests behind each fold out.
 *
 * @param findings  judged
 * @returns HTML, empty without findings
 */
export function htmlFindings(findings: readonly FindingVerdict[]): string {
  const rule = findings.find(({ comparisons }) => comparisons.length > 0)?.rule;
  const note = rule === undefined ? [] : [`<p class="note">${escapeHtml(rule)}</p>`];
  return [...findingGroups(findings).map(htmlGroup), ...note].join('\n');
}

function htmlGroup({ title, findings }: FindingGroup): string {
  return `<h3>${title}</h3>
<ul class="findings">${findings.map(htmlFinding).join('\n')}</ul>`;
}

function htmlFinding(finding: FindingVerdict): string {
  const { outcome, claim, comparisons, source, confidence } = finding;
  const tests = comparisons.length === 1 ? '1 paired test' : `${comparisons.length} paired tests`;
  const details =
    comparisons.length === 0
      ? ''
      : `<details class="tests"><summary>${tests}</summary>${htmlTable(comparisonTable(finding))}</details>`;
  return `<li><span class="outcome ${OUTCOME_SIGNS[outcome].tone}">${outcomeText(outcome)}</span>: ${escapeHtml(claim)}
<p class="note">${escapeHtml(keptTogether(`${evidence(finding)} Source: ${source}; ${confidence}.`))}</p>${details}</li>`;
}
