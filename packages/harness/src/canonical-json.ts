/** A plain JSON value: what may go into a job, an artifact or a result. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * JSON with one spelling per value, so that equal values have equal bytes: keys sorted by UTF-16 code unit, no white
 * space, numbers and strings as `JSON.stringify` writes them (the rules of RFC 8785). −0 is written 0.
 *
 * A property whose value is `undefined` is left out, as in `JSON.stringify`; anything else that JSON cannot hold
 * (NaN, ±∞, functions, bigint, class instances such as Date or Uint8Array, cycles) is refused, because two different
 * inputs must never share an address.
 *
 * @param value  plain data
 * @returns canonical text
 * @throws TypeError naming the path of everything that is not JSON
 * @example
 * canonicalJson({ b: 1, a: [true, null] }); // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonicalValue(value));
}

/**
 * A copy of a plain value with all keys sorted: what {@link canonicalJson} spells, as a value.
 *
 * @param value  plain data
 * @returns a deep copy, keys sorted, undefined properties left out
 * @throws TypeError naming the path of everything that is not JSON
 * @internal
 */
export function canonicalValue(value: unknown): JsonValue {
  const problems: string[] = [];
  const copy = normalise(value, '$', problems, []);
  if (problems.length > 0) {
    throw new TypeError(`canonicalJson: value must be plain JSON, got ${problems.join('; ')}.`);
  }
  return copy;
}

function normalise(
  value: unknown,
  path: string,
  problems: string[],
  ancestors: readonly object[],
): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) problems.push(`${value} at ${path}`);
    return value === 0 ? 0 : value;
  }
  if (typeof value !== 'object') {
    problems.push(`${typeof value} at ${path}`);
    return null;
  }
  if (ancestors.includes(value)) {
    problems.push(`a cycle at ${path}`);
    return null;
  }
  const line = [...ancestors, value];
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, index) => normalise(item, `${path}[${index}]`, problems, line));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    problems.push(`${value.constructor.name} at ${path}`);
    return null;
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]): [string, JsonValue] => [key, normalise(item, `${path}.${key}`, problems, line)]);
  return sortedRecord(entries);
}

/** `JSON.stringify` puts integer-like keys first, whatever their order: the same for every engine, so still one spelling. */
function sortedRecord(entries: readonly [string, JsonValue][]): Readonly<Record<string, JsonValue>> {
  const record = Object.create(null) as Record<string, JsonValue>;
  for (const [key, item] of entries) record[key] = item;
  return record;
}
