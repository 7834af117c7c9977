import fc from 'fast-check';
import { parseFragment } from 'parse5';
import { describe, expect, test } from 'vitest';
import { escapeHtml } from '../src/escape-html.js';
import { plainText } from '../src/plain-text.js';
import { ANY_TEXT } from './any-text.js';

describe('escapeHtml', () => {
  test('leaves nothing that could open a tag or end an attribute', () => {
    expect(escapeHtml(`<img src=x onerror="alert('1')">&`)).toBe(
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;',
    );
  });

  test('is read back by an HTML parser as the plain text that went in, as content and as attribute', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const fragment = parseFragment(`<p title="${escapeHtml(text)}">${escapeHtml(text)}</p>`);
        const [paragraph, ...more] = fragment.childNodes;
        expect(more).toEqual([]);
        expect(paragraph).toMatchObject({ attrs: [{ name: 'title', value: plainText(text) }] });
        const content = (paragraph as { childNodes: { value: string }[] }).childNodes;
        expect(content.map(({ value }) => value).join('')).toBe(plainText(text));
      }),
    );
  });
});
