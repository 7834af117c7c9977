// @ts-check
import { posix } from 'node:path';

/**
 * The headers that a C or C++ source needs, found by following its `#include` lines.
 *
 * Of the 10,000 headers in a TensorFlow wheel (155 MB) the addon needs some fifteen. Conditions are not evaluated, so a
 * few more may be found than are compiled; an include that `read` does not know (the compiler's own, another platform's)
 * is left to the compiler.
 *
 * @param {readonly string[]} sources texts to begin with
 * @param {(path: string) => Promise<string | undefined>} read text of a header, path relative to the include folder
 * @returns {Promise<string[]>} paths of the headers that exist, sorted
 */
export async function findHeaders(sources, read) {
  const found = new Set();
  const waiting = sources.flatMap((text) => includes(text, ''));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = await read(path);
    if (text === undefined) continue;
    found.add(path);
    waiting.push(...includes(text, posix.dirname(path)));
  }
  return [...found].sort();
}

/**
 * @param {string} text
 * @param {string} folder of the including file; quoted includes may be relative to it
 */
function includes(text, folder) {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm)].flatMap(
    ([, quote, path = '']) => (quote === '"' && folder !== '' ? [path, posix.join(folder, path)] : [path]),
  );
}
