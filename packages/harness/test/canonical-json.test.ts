import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../src/index.js';
import { canonicalValue } from '../src/canonical-json.js';

/** A copy whose keys were inserted in the opposite order, at every depth. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

describe('canonicalJson', () => {
  test('sorts keys by UTF-16 code unit at every depth and writes no white space', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: null, '€': 1, Z: true, é: 'x' })).toBe(
      '{"Z":true,"a":null,"b":[1,{"c":2,"d":1}],"é":"x","€":1}',
    );
  });

  test('writes numbers and strings as RFC 8785 shows them', () => {
    // The example of RFC 8785, section 3.2.2, as JavaScript values.
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('is JSON of the same value, up to the sign of zero', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.parse(canonicalJson(value))).toEqual(plain);
      }),
    );
  });

  test('writes −0 as 0 and leaves undefined properties out', () => {
    expect(canonicalJson({ a: -0, b: undefined })).toBe('{"a":0}');
  });

  test('keeps a key named __proto__ as data', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"a":2}') as unknown;
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":1},"a":2}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('lists everything that JSON cannot hold, with its path', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const value = {
      a: NaN,
      b: [1, -Infinity, undefined],
      c: new Date(0),
      d: Uint8Array.of(1),
      e: 1n,
      f: () => 1,
      g: new Map(),
      cycle,
    };
    expect(() => canonicalJson(value)).toThrow(
      new TypeError(
        'canonicalJson: value must be plain JSON, got NaN at $.a; -Infinity at $.b[1]; undefined at $.b[2]; ' +
          'Date at $.c; a cycle at $.cycle.self; Uint8Array at $.d; bigint at $.e; function at $.f; Map at $.g.',
      ),
    );
  });

  test('takes the same object twice when it is no cycle', () => {
    const shared = { x: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"x":1},{"x":1}]');
  });
});

describe('canonicalValue', () => {
  test('is a deep copy', () => {
    const inner = [1];
    const copy = canonicalValue({ inner }) as { inner: readonly number[] };
    inner[0] = 2;
    expect(copy.inner[0]).toBe(1);
  });
});
