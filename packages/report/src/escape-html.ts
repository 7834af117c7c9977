import { plainText } from './plain-text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Outside text for HTML, safe as content and inside a quoted attribute.
 *
 * @param text  any text
 * @returns {@link plainText} in which `& < > " '` are references
 */
export function escapeHtml(text: string): string {
  return plainText(text).replaceAll(/[&<>"']/gu, (character) => ENTITIES[character]!);
}
