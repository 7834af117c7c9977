import type { CellOutcome, FindingOutcome } from '@opi-snn/harness';

/** How an outcome is to be felt: decides the colour; the symbol and the words say the same without colour. */
export type Tone = 'good' | 'bad' | 'open';

/** An outcome as a reader sees it. */
export interface OutcomeSign {
  readonly symbol: string;
  readonly tone: Tone;
}

/** Signs of the outcomes of findings and cells. */
export const OUTCOME_SIGNS: Readonly<Record<FindingOutcome | CellOutcome, OutcomeSign>> = {
  supported: { symbol: '✓', tone: 'good' },
  'not supported': { symbol: '○', tone: 'open' },
  contradicted: { symbol: '✗', tone: 'bad' },
  agrees: { symbol: '✓', tone: 'good' },
  better: { symbol: '▲', tone: 'good' },
  worse: { symbol: '▼', tone: 'bad' },
  'recalled value only': { symbol: '≈', tone: 'open' },
  'not run': { symbol: '·', tone: 'open' },
  'no published value': { symbol: '·', tone: 'open' },
};

/**
 * Symbol and words of an outcome.
 *
 * @param outcome  of a cell or finding
 * @returns such as `✓ supported`
 */
export function outcomeText(outcome: FindingOutcome | CellOutcome): string {
  return `${OUTCOME_SIGNS[outcome].symbol} ${outcome}`;
}
