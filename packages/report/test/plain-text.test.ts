import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainStrings, plainText } from '../src/plain-text.js';
import { ANY_TEXT } from './any-text.js';

describe('plainText', () => {
  test('leaves letters, signs and symbols of any script alone', () => {
    const text = 'θ/2 ≥ 0 – größer, 深層, 🙂';
    expect(plainText(text)).toBe(text);
  });

  test('puts everything on one line', () => {
    expect(plainText('a\r\nb\tc\u2028d')).toBe('a b c d');
  });

  test.each([
    ['an escape sequence', '\u001b[31mred', '\ufffd[31mred'],
    ['a C1 control character', '\u009b2J', '\ufffd2J'],
    ['a change of the direction of writing', 'a\u202eb', 'a\ufffdb'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['a code that is no character', 'a\ufffeb', 'a\ufffdb'],
  ])('replaces %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  test('gives text that every encoding takes and no terminal obeys, whatever comes in', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const plain = plainText(text);
        expect(() => encodeURIComponent(plain)).not.toThrow();
        expect(plain).not.toMatch(/\p{Control}/u);
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });
});

describe('plainStrings', () => {
  test('cleans every string and key at any depth and keeps the rest', () => {
    const value = { a: ['x\u0000', 1, null, { 'k\u0007': true }], b: -0.5 };
    expect(plainStrings(value)).toEqual({ a: ['x\ufffd', 1, null, { 'k\ufffd': true }], b: -0.5 });
  });

  test('keeps a key that names the prototype as a plain key', () => {
    const value = JSON.parse('{"__proto__": {"polluted": "yes"}}') as object;
    expect(JSON.stringify(plainStrings(value))).toBe('{"__proto__":{"polluted":"yes"}}');
    expect('polluted' in {}).toBe(false);
  });
});
