import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { cell, inOneLine, type TableColumn, type TableModel } from './table.js';

/** Blanks between two columns. */
const GAP = 2;
/** A column of words is at most this wide and then broken into lines. */
const WIDEST_WORDS = 34;

/**
 * Draws a table within a width. What stands below a number is set behind it where there is room. Too many columns are
 * spread over several tables, each with the first column; where not even two columns fit, every row becomes a list.
 *
 * @param table  columns and rows
 * @param width  columns of the terminal, ≥ 20
 * @returns lines without trailing blanks, joined
 */
export function drawTable(table: TableModel, width: number): string {
  const flat = {
    ...table,
    rows: table.rows.map((row) => row.map((one, index) => cell(inOneLine(one, table.columns[index]!)))),
  };
  if (totalWidth(columnWidths(flat)) <= width) return drawColumns(flat, columnWidths(flat));
  const widths = columnWidths(table);
  const parts = partsWithin(widths, width);
  if (parts === undefined) return drawList(table, width);
  return parts
    .map((part) =>
      drawColumns(
        selectColumns(table, part),
        part.map((i) => widths[i]!),
      ),
    )
    .join('\n\n');
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0) + GAP * (widths.length - 1);
}

function columnWidths({ columns, rows }: TableModel): number[] {
  return columns.map(({ title, holds }, index) => {
    const lines = rows.flatMap((row) => [row[index]!.text, ...row[index]!.below]);
    const longest = Math.max(1, ...[...lines, ...title.split(' ')].map((text) => stringWidth(text)));
    return holds === 'words' ? Math.min(Math.max(longest, stringWidth(title)), WIDEST_WORDS) : longest;
  });
}

/** Groups of columns that fit side by side, each beginning with column 0; undefined when not even two fit, or the only one. */
function partsWithin(widths: readonly number[], width: number): number[][] | undefined {
  if (widths[0]! > width) return undefined;
  const parts: number[][] = [];
  let part = [0];
  for (let index = 1; index < widths.length; index += 1) {
    if (totalWidth([...part, index].map((i) => widths[i]!)) > width) {
      if (part.length === 1) return undefined;
      parts.push(part);
      part = [0];
      if (totalWidth([widths[0]!, widths[index]!]) > width) return undefined;
    }
    part.push(index);
  }
  return [...parts, part];
}

function selectColumns(table: TableModel, part: readonly number[]): TableModel {
  return {
    ...table,
    columns: part.map((index) => table.columns[index]!),
    rows: table.rows.map((row) => part.map((index) => row[index]!)),
  };
}

function drawColumns({ columns, rows }: TableModel, widths: readonly number[]): string {
  const drawRow = (cells: readonly (readonly string[])[]): string[] => {
    const columnLines = cells.map((lines, index) =>
      lines.flatMap((line) => wrapAnsi(line, widths[index]!, { hard: true }).split('\n')),
    );
    const height = Math.max(...columnLines.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      columnLines
        .map((lines, index) => pad(lines[line] ?? '', widths[index]!, columns[index]!))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  };
  return [
    ...drawRow(columns.map(({ title }) => [title])),
    '─'.repeat(totalWidth(widths)),
    ...rows.flatMap((row) => drawRow(row.map(({ text, below }) => [text, ...below]))),
  ].join('\n');
}

/** Numbers are set to the right. Measured like the line breaks: by what a terminal shows, not by characters. */
function pad(text: string, width: number, { holds }: TableColumn): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return holds === 'numbers' ? `${blanks}${text}` : `${text}${blanks}`;
}

function drawList({ columns, rows }: TableModel, width: number): string {
  return rows
    .map((row) =>
      row
        .map((one, index) => {
          const line = wrapAnsi(`${columns[index]!.title}: ${inOneLine(one, columns[index]!)}`, width - 2, {
            hard: true,
          });
          return index === 0 ? line : `  ${line.replaceAll('\n', '\n  ')}`;
        })
        .join('\n'),
    )
    .join('\n');
}
