/**
 * A text whose lines do not break inside `T = 8`, `n = 200`, `p < 0.01` or `3e-8`.
 *
 * @param text any
 * @returns the text with no-break spaces there, and a true minus in exponents
 */
export function keptTogether(text: string): string {
  return text
    .replaceAll(/\b([Tnp]) ([=<]) (?=\d)/gu, '$1\u00a0$2\u00a0')
    .replaceAll(/(?<=\de)-(?=\d)/gu, '−');
}
