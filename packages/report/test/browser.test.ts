import { existsSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../src/html.js';
import { everyFigure } from './results.js';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env['CHROMIUM_PATH'] ?? CANDIDATES.find((path) => existsSync(path));
if (executablePath === undefined && process.env['OPI_TEST_BROWSER'] === 'required') {
  throw new Error(
    `OPI_TEST_BROWSER=required: no Chromium (looked at CHROMIUM_PATH, ${CANDIDATES.join(', ')}).`,
  );
}
const LAUNCH_MS = 120_000;
/** Everything that opens, scrolls or is a link. */
const INTERACTIVE = 'main :is(a[href], summary, [tabindex="0"])';
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
/** What A4 leaves between margins of 15 mm at 96 px per inch. */
const PAPER = { width: 680, height: 1000 };

/** What runs in the page, without anything of this module. */
interface PageChecks {
  readonly openTests: () => void;
  readonly layoutOf: () => { windowWidth: number; pageWidth: number; faults: string[] };
  readonly cutBoxes: () => string[];
  readonly focused: (selector: string) => { index: number; of: number; outline: string };
}

describe.skipIf(executablePath === undefined)(
  'the page in Chromium (skipped where none is installed)',
  () => {
    let browser: Browser;
    let html = '';
    let checks: PageChecks;
    beforeAll(async () => {
      html = await renderHtml(everyFigure());
      checks = (await import(new URL('browser/page-checks.mjs', import.meta.url).href)) as PageChecks;
      // Containers run as root, which Chromium's sandbox refuses.
      browser = await chromium.launch({
        executablePath: executablePath!,
        args: ['--no-sandbox'],
        timeout: LAUNCH_MS,
      });
    }, LAUNCH_MS);
    afterAll(() => browser.close());

    async function open(viewport: typeof DESKTOP, colorScheme: 'light' | 'dark'): Promise<Page> {
      const page = await browser.newPage({ viewport, colorScheme });
      await page.setContent(html);
      return page;
    }

    test.each([
      ['light on a desktop', DESKTOP, 'light'],
      ['dark on a phone', PHONE, 'dark'],
    ] as const)('violates no rule of accessibility, %s', async (_, viewport, colorScheme) => {
      const page = await open(viewport, colorScheme);
      await page.evaluate(checks.openTests);
      await page.evaluate(axe.source);
      const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(passes.map(({ id }) => id)).toContain('color-contrast');
      await page.close();
    });

    test.each([
      ['a desktop', DESKTOP, 'screen'],
      ['a phone', PHONE, 'screen'],
      ['paper', PAPER, 'print'],
    ] as const)(
      'is not wider than %s, and no text of a figure is cut off or lies on another',
      async (_, viewport, media) => {
        const page = await open(viewport, 'light');
        await page.emulateMedia({ media });
        const { windowWidth, pageWidth, faults } = await page.evaluate(checks.layoutOf);
        expect(pageWidth).toBeLessThanOrEqual(windowWidth);
        expect(faults).toEqual([]);
        await page.close();
      },
    );

    test('on paper cuts off no table and no command', async () => {
      const page = await open(PAPER, 'light');
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate(checks.cutBoxes)).toEqual([]);
      await page.close();
    });

    test('leads the tabulator key in reading order to everything that opens, scrolls or is a link, and shows where it is', async () => {
      const page = await open(PHONE, 'light');
      const { of } = await page.evaluate(checks.focused, INTERACTIVE);
      expect(of).toBeGreaterThan(20);
      for (let index = 0; index < of; index += 1) {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(checks.focused, INTERACTIVE)).toEqual({ index, of, outline: '2px' });
      }
      await page.close();
    });
  },
);
