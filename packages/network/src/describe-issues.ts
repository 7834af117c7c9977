import type { z } from 'zod';
import type { NetworkProblem } from './network-error.js';

/** Longest text of a hostile file that a message repeats [characters]. */
const SHORT_TEXT = 60;

/**
 * What a schema found wrong, one problem each.
 *
 * @param node  name of the node that `value` describes, null for the description as a whole
 * @param value what the schema looked at
 * @internal
 */
export function describeIssues(
  node: string | null,
  { issues }: z.ZodError,
  value: unknown,
): readonly NetworkProblem[] {
  return issues.map(({ path, message }) => {
    const at = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    const found = foundText(value, path);
    return { node, message: at === '' ? message : `${at.replace(/^\./, '')}: ${message}${found}` };
  });
}

/** `, got 0` where the value at a path can be told in a few words. */
function foundText(value: unknown, path: readonly PropertyKey[]): string {
  let found = value;
  for (const key of path) found = (found as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
  const isShort = typeof found === 'number' || (typeof found === 'string' && found.length <= SHORT_TEXT);
  return isShort ? `, got ${typeof found === 'string' ? JSON.stringify(found) : String(found)}` : '';
}
