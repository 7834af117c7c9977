import type { DataRow } from './figure.js';

/** Two values that differ by less than this share of the larger one lie on one spot of a figure. */
const SPOT = 0.005;

/**
 * Which lines of a figure cannot be seen because another lies on them.
 *
 * @param rows  with `series`; rows of one series in the same order as those of the others
 * @param fields  the numbers that are drawn
 * @returns a sentence with a blank before it, or nothing
 */
export function coincidingLines(rows: readonly DataRow[], ...fields: readonly string[]): string {
  const names = [...new Set(rows.map(({ series }) => String(series)))];
  const lineOf = (name: string): number[] =>
    rows.filter(({ series }) => series === name).flatMap((row) => fields.map((field) => Number(row[field])));
  const lines = names.map((name) => ({ name, line: lineOf(name) }));
  const groups: { readonly line: number[]; readonly names: string[] }[] = [];
  for (const { name, line } of lines) {
    const group = groups.find((one) => isSame(one.line, line));
    if (group === undefined) groups.push({ line, names: [name] });
    else group.names.push(name);
  }
  const hidden = groups.filter((group) => group.names.length > 1);
  return hidden.map((group) => ` On one line: ${group.names.join('; ')}.`).join('');
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.length === b.length &&
    a.every((x, i) => Math.abs(x - b[i]!) <= SPOT * Math.max(Math.abs(x), Math.abs(b[i]!)))
  );
}
