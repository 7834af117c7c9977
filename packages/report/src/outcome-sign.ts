import type { CellOutcome, FindingComparison, FindingOutcome } from '@opi-snn/harness';

/** How an outcome is to be felt. It decides the colour; the symbol and the words say the same without colour. */
export type Tone = 'good' | 'bad' | 'open';

/** Anything that a result judges. */
export type Outcome = FindingOutcome | CellOutcome | FindingComparison['outcome'];

/** An outcome as a reader sees it. */
export interface OutcomeSign {
  readonly symbol: string;
  readonly tone: Tone;
}

/** Signs of all outcomes. */
export const OUTCOME_SIGNS: Readonly<Record<Outcome, OutcomeSign>> = {
  supported: { symbol: '✓', tone: 'good' },
  undecided: { symbol: '○', tone: 'open' },
  contradicted: { symbol: '✗', tone: 'bad' },
  agrees: { symbol: '✓', tone: 'good' },
  better: { symbol: '▲', tone: 'good' },
  worse: { symbol: '▼', tone: 'bad' },
  'recalled value only': { symbol: '≈', tone: 'open' },
  'not run': { symbol: '·', tone: 'open' },
  'no published value': { symbol: '·', tone: 'open' },
  ahead: { symbol: '▲', tone: 'good' },
  behind: { symbol: '▼', tone: 'bad' },
  'no difference shown': { symbol: '○', tone: 'open' },
  'not judged': { symbol: '·', tone: 'open' },
};

/**
 * Symbol and words of an outcome.
 *
 * @param outcome  of a cell, finding or comparison
 * @returns such as `✓ supported`
 */
export function outcomeText(outcome: Outcome): string {
  return `${OUTCOME_SIGNS[outcome].symbol} ${outcome}`;
}
