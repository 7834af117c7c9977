/**
 * Text from outside made harmless for any output: one line, without control characters (which steer terminals), without
 * characters that turn the direction of writing, and without halves of characters (which no encoder takes).
 *
 * @param text  any text
 * @returns the text; line breaks and tabs are blanks, every other such character is `�`
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\t\n\r\u2028\u2029]+/gu, ' ')
    .replaceAll(
      /[\p{Control}\p{Surrogate}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu,
      '\ufffd',
    );
}

/**
 * A copy of plain JSON in which every string, keys included, is {@link plainText}.
 *
 * @param value  numbers, strings, booleans, null, arrays and objects of these
 * @returns the copy
 */
export function plainStrings<Value>(value: Value): Value {
  return copy(value) as Value;
}

function copy(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plainText(key), copy(inner)]));
}
