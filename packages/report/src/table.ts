import type { Tone } from './outcome-sign.js';

/** A table as text, before it is drawn on a terminal, in Markdown or in HTML. */
export interface TableModel {
  readonly title: string;
  /** What the numbers are, and their unit. */
  readonly note: string;
  /** The first column names the row. */
  readonly columns: readonly TableColumn[];
  /** As many cells as columns each. */
  readonly rows: readonly (readonly TableCell[])[];
}

/** One column. */
export interface TableColumn {
  readonly title: string;
  /** Numbers are set to the right, words to the left. */
  readonly holds: 'numbers' | 'words';
}

/** One cell. */
export interface TableCell {
  readonly text: string;
  /** Further lines, such as the interval under a number. */
  readonly below: readonly string[];
  /** Only a hint for colour: the text says the same. */
  readonly tone?: Tone;
}

/** With more series than this, each is a row and not a column. */
export const MOST_COLUMNS = 6;

/**
 * A cell.
 *
 * @param text  first line
 * @param below  further lines
 * @returns the cell, without tone
 */
export function cell(text: string, ...below: readonly string[]): TableCell {
  return { text, below };
}

/**
 * A column of numbers.
 *
 * @param title  its head
 * @returns the column
 */
export function numbers(title: string): TableColumn {
  return { title, holds: 'numbers' };
}

/**
 * A column of words.
 *
 * @param title  its head
 * @returns the column
 */
export function words(title: string): TableColumn {
  return { title, holds: 'words' };
}

/**
 * A cell on one line, for where there is no second.
 *
 * @param one  cell
 * @param column  that it stands in
 * @returns a number with what stands below it in brackets, or words separated by semicolons
 */
export function inOneLine({ text, below }: TableCell, { holds }: TableColumn): string {
  if (below.length === 0) return text;
  return holds === 'numbers' ? `${text} (${below.join(', ')})` : [text, ...below].join('; ');
}

/**
 * The same table without some of its columns.
 *
 * @param table  any
 * @param titles  heads of the columns to leave out
 * @returns a narrower table
 */
export function withoutColumns(table: TableModel, ...titles: readonly string[]): TableModel {
  const kept = table.columns.map(({ title }) => !titles.includes(title));
  return {
    ...table,
    columns: table.columns.filter((_, index) => kept[index]),
    rows: table.rows.map((row) => row.filter((_, index) => kept[index])),
  };
}
