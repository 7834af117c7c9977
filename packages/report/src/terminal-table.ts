import Table from 'cli-table3';
import type { TableModel } from './table-model.js';
import { wrapText } from './wrap-text.js';

/** Columns a bordered table needs beside its text: two blanks per column, and the lines. */
const PADDING = 2;
/** Widest a column may be before its text is wrapped. */
const WIDEST = 26;

/**
 * Draws a table within a width. Too many columns are spread over several tables, each with the first column; where not
 * even two columns fit, every row becomes a list.
 *
 * @param model  head and rows
 * @param width  columns of the terminal, ≥ 20
 * @returns lines, joined
 */
export function drawTable(model: TableModel, width: number): string {
  const columns = model.head.map((_, index) => columnWidth(model, index));
  const parts = chunkColumns(columns, width);
  if (parts === undefined) return drawList(model, width);
  return parts.map((part) => drawColumns(model, part, columns)).join('\n');
}

function columnWidth({ head, rows }: TableModel, index: number): number {
  const lines = rows.flatMap((row) => row[index]!.split('\n'));
  const words = head[index]!.split(' ');
  const longest = Math.max(...lines.map((line) => line.length), ...words.map((word) => word.length));
  return Math.min(longest, WIDEST);
}

/** Groups of columns that fit side by side, each beginning with column 0; undefined when not even two fit. */
function chunkColumns(columns: readonly number[], width: number): number[][] | undefined {
  const cost = (index: number): number => columns[index]! + PADDING + 1;
  const parts: number[][] = [];
  let part = [0];
  let used = 1 + cost(0);
  for (let index = 1; index < columns.length; index += 1) {
    if (used + cost(index) > width) {
      if (part.length === 1) return undefined;
      parts.push(part);
      part = [0];
      used = 1 + cost(0);
      if (used + cost(index) > width) return undefined;
    }
    part.push(index);
    used += cost(index);
  }
  return [...parts, part];
}

function drawColumns(
  { head, rows }: TableModel,
  part: readonly number[],
  columns: readonly number[],
): string {
  const cell = (text: string, index: number): string => wrapText(text, columns[index]!).join('\n');
  const table = new Table({
    head: part.map((index) => cell(head[index]!, index)),
    colWidths: part.map((index) => columns[index]! + PADDING),
    style: { head: [], border: [], compact: !rows.flat().some((text) => text.includes('\n')) },
  });
  for (const row of rows) table.push(part.map((index) => cell(row[index]!, index)));
  return table.toString();
}

function drawList({ head, rows }: TableModel, width: number): string {
  const block = (row: readonly string[]): string[] =>
    row.flatMap((text, index) => {
      const line = `${head[index]!}: ${text.split('\n').join(', ')}`;
      return wrapText(line, width - 2).map((piece, i) => (index === 0 && i === 0 ? piece : `  ${piece}`));
    });
  return rows.map((row) => block(row).join('\n')).join('\n');
}
