/** A table as text, before it is drawn on a terminal, in Markdown or in HTML. */
export interface TableModel {
  readonly title: string;
  /** What the numbers are, and their unit. */
  readonly note: string;
  /** The first column names the row. */
  readonly head: readonly string[];
  /** Same length as `head` each; a line break in a cell separates a number from its interval. */
  readonly rows: readonly (readonly string[])[];
}
