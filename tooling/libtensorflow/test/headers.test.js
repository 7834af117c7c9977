// @ts-check
import { describe, expect, it } from 'vitest';
import { findHeaders } from '../src/headers.js';

describe('findHeaders', () => {
  it('follows quoted and bracketed includes to the end, each once, rings included', async () => {
    /** @type {Record<string, string>} */
    const tree = {
      'a/a.h': '#include "b.h"\n#  include <c/c.h>\n// #include "not/this.h" is text\n',
      'a/b.h': '#ifdef X\n#include "a/a.h"\n#endif\n#include <vector>\n',
      'c/c.h': '',
      'c/unused.h': '',
    };
    const read = (/** @type {string} */ path) => Promise.resolve(tree[path]);
    expect(await findHeaders(['#include "a/a.h"\n'], read)).toEqual(['a/a.h', 'a/b.h', 'c/c.h']);
  });
});
