/**
 * A text whose lines do not break inside `T = 8`, `n = 200` or `p < 0.01`.
 *
 * @param text any
 * @returns the text with no-break spaces there
 */
export function keptTogether(text: string): string {
  return text.replaceAll(/\b([Tnp]) ([=<]) (?=\d)/gu, '$1\u00a0$2\u00a0');
}
