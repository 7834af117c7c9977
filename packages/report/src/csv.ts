import type { DataValue } from './figure.js';

/**
 * Rows as CSV (RFC 4180), heads from the keys of the first row. Text that a spreadsheet would take for a formula gets a
 * leading apostrophe.
 *
 * @param rows  all with the same keys
 * @returns lines ended by CR LF; empty text for no rows
 */
export function toCsv(rows: readonly Readonly<Record<string, DataValue>>[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const keys = Object.keys(first);
  const lines = [keys.map(field), ...rows.map((row) => keys.map((key) => field(row[key] ?? null)))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function field(value: DataValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
