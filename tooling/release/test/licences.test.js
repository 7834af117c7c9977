import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
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
  ])('accepts %o', async (licence) => {
    expect(await checkLicences(sbomOf(licence), '')).toEqual([]);
  });

  test.each([
    [[{ license: { id: 'GPL-3.0-only' } }], 'GPL-3.0-only'],
    [[{ expression: 'MIT AND GPL-3.0-only' }], 'MIT AND GPL-3.0-only'],
    [[{ license: { id: 'MIT' } }, { license: { id: 'CC-BY-4.0' } }], 'MIT AND CC-BY-4.0'],
    [[], '(none stated)'],
  ])('refuses %o and names the component', async (licences, stated) => {
    const [problem, ...more] = await checkLicences(sbomOf(...licences), '');
    expect(problem).toMatch(`part@1.2.3 has the licence ${stated}, which is not among 0BSD, Apache-2.0, `);
    expect(more).toEqual([]);
  });

  test('takes the text that was read for h5wasm, and no other', async () => {
    const interop = join(import.meta.dirname, '../../../packages/interop');
    const text = join(interop, 'node_modules/h5wasm/LICENSE.txt');
    const project = temporaryFolder();
    const installed = join(project, 'node_modules/h5wasm');
    await mkdir(installed, { recursive: true });
    await cp(text, join(installed, 'LICENSE.txt'));
    const sbom = { components: [{ name: 'h5wasm', version: '1.2.3' }] };
    expect(await checkLicences(sbom, project)).toEqual([]);
    await writeFile(join(installed, 'LICENSE.txt'), 'All rights reserved.');
    expect(await checkLicences(sbom, project)).toEqual([
      expect.stringContaining('h5wasm@1.2.3 has the licence (none stated), which is not among'),
    ]);
  });
});
