import type { JsonValue } from './description.js';

/** Deepest nesting accepted; a description needs six levels besides what its provenance holds. */
const MAXIMUM_DEPTH = 64;

/**
 * Parses JSON that nobody vouches for: a repeated key, whose value would depend on the reader, deep nesting, which
 * would exhaust the stack of later readers, and the key `__proto__`, which some readers drop and others assign to an
 * object's prototype, are refused.
 *
 * @throws SyntaxError without position of the caller's kind; the caller names the file
 * @internal
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  refuseHostileStructure(text);
  return value;
}

/**
 * JSON with the keys of every object in one order, so that equal values give equal text: those that are array indices
 * first, ascending, as every engine lists them; then the others by their code units.
 *
 * @internal
 */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: JsonValue) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Walks over text that is known to be JSON. */
function refuseHostileStructure(text: string): void {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[') {
      open.push(new Set());
      if (open.length > MAXIMUM_DEPTH) throw new SyntaxError(`nested deeper than ${MAXIMUM_DEPTH} levels`);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, i);
      if (isFollowedByColon(text, end)) {
        const key = JSON.parse(text.slice(i, end)) as string;
        const keys = open[open.length - 1]!;
        if (key === '__proto__') throw new SyntaxError('key "__proto__" is not accepted');
        if (keys.has(key)) throw new SyntaxError(`key ${JSON.stringify(key)} occurs twice`);
        keys.add(key);
      }
      i = end - 1;
    }
  }
}

/** Index behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

function isFollowedByColon(text: string, from: number): boolean {
  let i = from;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i] === ':';
}
