import { Refusal } from '../import-error.js';

/** An object of parsed JSON, nothing known about its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

const DAMAGED = 'The file is damaged or of another version; save the model again';

/** A value that must be an object. */
export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new Refusal(`${what} must be an object`, DAMAGED);
}

/** A value that must be a list. */
export function asList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new Refusal(`${what} must be a list`, DAMAGED);
}

/** A value that must be a text. */
export function asText(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new Refusal(`${what} must be a text`, DAMAGED);
}

/** A value that must be a list of whole numbers ≥ 0. */
export function asExtents(value: unknown, what: string): readonly number[] {
  const list = asList(value, what);
  const isExtent = (each: unknown): each is number => Number.isSafeInteger(each) && (each as number) >= 0;
  if (list.every(isExtent)) return list;
  throw new Refusal(`${what} must be whole numbers`, DAMAGED);
}

/** Two whole numbers, or one that stands for both. */
export function asPair(value: unknown, what: string): readonly [number, number] {
  const [a, b, ...rest] = asExtents(typeof value === 'number' ? [value, value] : value, what);
  if (a !== undefined && b !== undefined && rest.length === 0) return [a, b];
  throw new Refusal(`${what} must be two whole numbers`, DAMAGED);
}
