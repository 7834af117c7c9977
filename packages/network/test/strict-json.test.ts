import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../src/index.js';
import { canonicalJson, parseStrictJson } from '../src/strict-json.js';

describe('parseStrictJson', () => {
  it('gives back every JSON value that canonicalJson wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(parseStrictJson(canonicalJson(value as JsonValue))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1 },
    );
  });

  it.each([
    ['{"a":1,"b":2,"a":3}', 'key "a" occurs twice'],
    ['[{"a":{"b":1,"\\u0062":2}}]', 'key "b" occurs twice'],
    ['{"a" : 1 ,\n"a"\t: 1}', 'key "a" occurs twice'],
    ['{"__proto__":{"shape":[1]}}', 'key "__proto__" is not accepted'],
    ['{"\\u005f_proto__":1}', 'key "__proto__" is not accepted'],
    ['['.repeat(65) + ']'.repeat(65), 'nested deeper than 64 levels'],
  ])('refuses %s', (text, message) => {
    expect(() => parseStrictJson(text)).toThrow(new SyntaxError(message));
  });

  it('refuses what is no JSON, a million open brackets included', () => {
    for (const text of ['', '{', '{"a":}', "{'a':1}", '[1,]', 'NaN', '{"a":01}']) {
      expect(() => parseStrictJson(text)).toThrow(SyntaxError);
    }
    expect(() => parseStrictJson('['.repeat(1_000_000))).toThrow(SyntaxError);
  });

  it('tells keys from strings, and equal keys of different objects apart', () => {
    const text = '{"a":"a","b":["a","a"],"c":{"a":"\\"a\\":1,\\"a\\":2"},"constructor":1,"hasOwnProperty":2}';
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    expect(parseStrictJson('['.repeat(64) + ']'.repeat(64))).toHaveLength(1);
  });
});

describe('canonicalJson', () => {
  it('orders keys at every depth, numbers first, and leaves arrays as they are', () => {
    expect(canonicalJson({ b: [2, 1, { z: 0, Z: 0 }], a: { 10: 1, 9: 2 }, B: null })).toBe(
      '{"B":null,"a":{"9":2,"10":1},"b":[2,1,{"Z":0,"z":0}]}',
    );
  });
});
