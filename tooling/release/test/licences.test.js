import { describe, expect, test } from 'vitest';
import { checkLicences } from '../src/licences.js';

/** @param {object[]} licenses */
const sbomOf = (...licenses) => ({ components: [{ name: 'part', version: '1.2.3', licenses }] });

describe('checkLicences', () => {
  test.each([
    [{ license: { id: 'MIT' } }],
    [{ license: { name: 'Apache-2.0' } }],
    [{ expression: '(MIT OR GPL-3.0-only)' }],
    [{ expression: 'BSD-3-Clause AND ISC' }],
  ])('accepts %o', (licence) => {
    expect(checkLicences(sbomOf(licence))).toEqual([]);
  });

  test.each([
    [[{ license: { id: 'GPL-3.0-only' } }], 'GPL-3.0-only'],
    [[{ expression: 'MIT AND GPL-3.0-only' }], 'MIT AND GPL-3.0-only'],
    [[{ license: { id: 'MIT' } }, { license: { id: 'CC-BY-4.0' } }], 'MIT AND CC-BY-4.0'],
    [[], '(none stated)'],
  ])('refuses %o and names the component', (licences, stated) => {
    const [problem, ...more] = checkLicences(sbomOf(...licences));
    expect(problem).toMatch(`part@1.2.3 has the licence ${stated}, which is not among 0BSD, Apache-2.0, `);
    expect(more).toEqual([]);
  });
});
