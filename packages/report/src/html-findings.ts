import type { FindingVerdict } from '@opi-snn/harness';
import { escapeHtml } from './escape-html.js';
import { comparisonTable, evidence } from './finding-text.js';
import { htmlTable } from './html-table.js';
import { OUTCOME_SIGNS, outcomeText } from './outcome-sign.js';

/**
 * The paper's findings with their verdicts; the tests behind each fold out.
 *
 * @param findings  judged
 * @returns HTML, empty without findings
 */
export function htmlFindings(findings: readonly FindingVerdict[]): string {
  if (findings.length === 0) return '';
  const rule = findings.find(({ comparisons }) => comparisons.length > 0)?.rule;
  const note = rule === undefined ? '' : `\n<p class="note">${escapeHtml(rule)}</p>`;
  return `<h3>The paper’s findings</h3>
<ul class="findings">${findings.map(htmlFinding).join('\n')}</ul>${note}`;
}

function htmlFinding(finding: FindingVerdict): string {
  const { outcome, claim, comparisons, source, confidence } = finding;
  const tests = comparisons.length === 1 ? '1 paired test' : `${comparisons.length} paired tests`;
  const details =
    comparisons.length === 0
      ? ''
      : `<details class="tests"><summary>${tests}</summary>${htmlTable(comparisonTable(finding))}</details>`;
  return `<li><span class="outcome ${OUTCOME_SIGNS[outcome].tone}">${outcomeText(outcome)}</span>: ${escapeHtml(claim)}
<p class="note">${escapeHtml(`${evidence(finding)} Source: ${source}; ${confidence}.`)}</p>${details}</li>`;
}
