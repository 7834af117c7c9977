import { describe, expect, test } from 'vitest';
import { escapeHtml } from '../src/html.js';

describe('escapeHtml', () => {
  test('leaves nothing that could open a tag or end an attribute', () => {
    expect(escapeHtml(`<img src=x onerror="alert('1')">&`)).toBe(
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;',
    );
  });
});
