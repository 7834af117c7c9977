import { firstNotFinite } from './finite.js';

/** What a part of a plan must be, and what it is. */
export function must(what: string, condition: string, got: unknown): string {
  return `${what} must ${condition}, got ${Array.isArray(got) ? `[${got.join(', ')}]` : String(got)}.`;
}

/** What is wrong with the length or the values of an array; nothing if both are right. */
export function valuesProblems(name: string, values: Float32Array, length: number): string[] {
  if (values.length !== length) return [must(name, `hold ${length} values`, values.length)];
  const wrong = firstNotFinite(values);
  return wrong < 0 ? [] : [must(`${name}[${wrong}]`, 'be finite', values[wrong])];
}
