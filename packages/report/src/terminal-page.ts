import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { keptTogether } from './kept-together.js';
import type { Tone } from './outcome-sign.js';
import type { TableModel } from './table.js';
import { drawTable } from './terminal-table.js';

/** How a result is drawn on a terminal. */
export interface TerminalOptions {
  /** Columns there are, ≥ 20; nothing is wider. Default 100. */
  readonly width?: number;
  /** Whether escape sequences for colour are written; nothing depends on it. Default false. */
  readonly color?: boolean;
}

/** What fits a terminal of some width, with or without colour. */
export interface Page {
  readonly width: number;
  bold(text: string): string;
  tone(text: string, tone: Tone): string;
  wrap(text: string, indent?: number): string;
  table(table: TableModel): string;
}

const TONE_COLORS = { good: 'green', bad: 'red', open: 'yellow' } as const;

/** Bold, colour, line breaks and tables for a terminal. */
export function pageOf({ width: wanted = 100, color = false }: TerminalOptions): Page {
  const width = Math.max(20, wanted);
  // Node decides by its own standard output otherwise; here the caller has decided.
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const wrap = (text: string, indent = 0): string => {
    const blanks = ' '.repeat(indent);
    const lines = wrapAnsi(keptTogether(text), width - indent, { hard: true }).replaceAll(
      '\n',
      `\n${blanks}`,
    );
    return `${blanks}${lines}`.replaceAll('\u00a0', ' ');
  };
  const bold = (text: string): string => style('bold', text);
  return {
    width,
    bold,
    tone: (text, tone) => style(TONE_COLORS[tone], text),
    wrap,
    table: (table) => `${bold(wrap(table.title))}\n${wrap(table.note)}\n${drawTable(table, width)}`,
  };
}
