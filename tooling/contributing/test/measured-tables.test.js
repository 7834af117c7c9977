import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { measuredTables, writeMeasuredTables } from '../src/measured-tables.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const at = (/** @type {number} */ timeSteps, /** @type {number} */ accuracy) => ({
  timeSteps,
  accuracy,
  interval: { low: accuracy - 0.02, high: accuracy + 0.04 },
});
const RESULT = {
  environment: { command: 'pnpm opi reproduce family-x' },
  measurement: {
    ann: { accuracy: 0.905 },
    dataset: { name: 'cifar-10', images: 1000, available: 10_000 },
    network: { checkpoint: 'x.safetensors' },
    timeSteps: [4, 16],
    series: [
      { id: 'rmp-zero', label: 'rmp (0)', accuracy: [at(4, 0.1), at(16, 0.307)] },
      { id: 'rmp-half', label: 'rmp (θ/2)', accuracy: [at(4, 0.267), at(16, 0.713)] },
      { id: 'snm-zero', label: 'snm (0)', accuracy: [at(16, 0.9)] },
    ],
    findings: [
      {
        claim: 'θ/2 raises it: rmp',
        outcome: 'supported',
        effect: 28.65,
        effectUnit: 'percentage points',
        pValue: 2.3e-9,
        comparisons: [{ first: 'rmp (θ/2)', second: 'rmp (0)' }],
      },
    ],
  },
};
const PAGE = '# `rmp`\n\n<!-- measured: family-x rmp-* -->\nold\n<!-- /measured -->\n\nMore.\n';

describe('measuredTables', () => {
  test('the pages of the methods agree with the committed results (pnpm tables writes them)', async () => {
    const pages = await measuredTables(ROOT);
    expect(pages.length).toBeGreaterThan(10);
    for (const { path, before, after } of pages) expect(before, path).toBe(after);
  });
});

describe('writeMeasuredTables', () => {
  /** @type {string} */
  let root;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tables-'));
    await mkdir(join(root, 'docs/methods'), { recursive: true });
    await mkdir(join(root, 'results'));
    await writeFile(join(root, 'docs/methods/rmp.md'), PAGE);
  });
  afterEach(() => rm(root, { recursive: true }));

  test('puts rows, images, intervals and verdicts of the series asked for between the marks, and nothing else', async () => {
    await writeFile(join(root, 'results/family-x.json'), JSON.stringify(RESULT));
    expect(await writeMeasuredTables(root)).toEqual(['docs/methods/rmp.md']);
    expect(await readFile(join(root, 'docs/methods/rmp.md'), 'utf8')).toBe(`# \`rmp\`

<!-- measured: family-x rmp-* -->

| x         | T = 4 | T = 16 |
| :-------- | ----: | -----: |
| rmp (0)   |  10.0 |   30.7 |
| rmp (θ/2) |  26.7 |   71.3 |

Percent of the first 1,000 of 10,000 cifar-10 test images (ANN 90.5; intervals of up to ±3.0 points). “θ/2 raises it”: supported rmp (+28.6 points, p = 2e-9). \`results/family-x.json\`, from \`pnpm opi reproduce family-x\`.

<!-- /measured -->

More.
`);
    expect(await writeMeasuredTables(root)).toEqual([]);
  });

  test('says what has not been run: no result, or one from before the method of the page', async () => {
    await writeFile(join(root, 'docs/methods/new.md'), PAGE.replace('rmp-*', 'new-*'));
    expect(await writeMeasuredTables(root)).toEqual(['docs/methods/new.md', 'docs/methods/rmp.md']);
    await writeFile(join(root, 'results/family-x.json'), JSON.stringify(RESULT));
    expect(await writeMeasuredTables(root)).toEqual(['docs/methods/rmp.md']);
    expect(await readFile(join(root, 'docs/methods/new.md'), 'utf8')).toContain(
      'Not run yet: `pnpm opi reproduce family-x`.',
    );
  });

  test('refuses a series that the result does not have, naming page and series', async () => {
    await writeFile(join(root, 'results/family-x.json'), JSON.stringify(RESULT));
    await writeFile(join(root, 'docs/methods/rmp.md'), PAGE.replace('rmp-*', 'rpm-*'));
    await expect(writeMeasuredTables(root)).rejects.toThrow(
      'docs/methods/rmp.md: family-x has no series rpm-*; it has rmp-zero, rmp-half, snm-zero.',
    );
  });
});
