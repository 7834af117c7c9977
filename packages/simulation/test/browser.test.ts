import { existsSync } from 'node:fs';

import * as network from '@opi-snn/network';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import * as simulation from '../src/index.js';
import { servePackages } from './browser/serve-packages.js';

interface Outcome {
  readonly backend: string;
  readonly threads: number;
  readonly predictionHash: string;
  readonly logits: readonly number[];
  readonly spikes: readonly (readonly number[])[];
}

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env['CHROMIUM_PATH'] ?? CANDIDATES.find((path) => existsSync(path));
if (executablePath === undefined && process.env['OPI_TEST_BROWSER'] === 'required') {
  throw new Error(
    `OPI_TEST_BROWSER=required: no Chromium (looked at CHROMIUM_PATH, ${CANDIDATES.join(', ')}).`,
  );
}
const SCRIPT = 'packages/simulation/test/browser/run-network.mjs';
const LAUNCH_MS = 120_000;

/** The same simulation in this process. */
async function inNode(options: object): Promise<Outcome> {
  const { runNetwork } = (await import(new URL('browser/run-network.mjs', import.meta.url).href)) as {
    runNetwork: (packages: object, options: object) => Promise<Outcome>;
  };
  return runNetwork({ network, simulation }, options);
}

describe.skipIf(executablePath === undefined)('in Chromium (skipped where none is installed)', () => {
  let browser: Browser;
  beforeAll(async () => {
    // Containers run as root, which Chromium's sandbox refuses.
    const args = ['--no-sandbox'];
    browser = await chromium.launch({ executablePath: executablePath!, args, timeout: LAUNCH_MS });
  }, LAUNCH_MS);
  afterAll(() => browser.close());

  /** Opens a page, isolated or not, and simulates there. */
  async function inBrowser(
    isolated: boolean,
    options: object,
  ): Promise<Outcome & { readonly isIsolated: boolean }> {
    const { url, server } = await servePackages({ isolated });
    const page = await browser.newPage();
    try {
      await page.goto(url);
      // As text: the test runner would rewrite imports that belong to the browser.
      const program = `(async () => {
        const { runNetwork } = await import('/${SCRIPT}');
        const packages = { network: await import('@opi-snn/network'), simulation: await import('@opi-snn/simulation') };
        const outcome = await runNetwork(packages, ${JSON.stringify(options)});
        return { ...outcome, isIsolated: globalThis.crossOriginIsolated };
      })()`;
      return await page.evaluate(program);
    } finally {
      await page.close();
      server.close();
    }
  }

  it.each([
    ['on two threads where the page is cross-origin isolated', true, 2, 2, 'float32'],
    ['on one thread where it is not, whatever is asked for', false, 2, 1, 'float32'],
    ['on two threads in integers', true, 2, 2, 'int16'],
  ] as const)(
    'gives the bits of Node %s',
    async (_, isolated, asked, threads, precision) => {
      const expected = await inNode({ backend: 'reference', precision });
      const { isIsolated, ...got } = await inBrowser(isolated, {
        backend: 'wasm',
        threads: asked,
        precision,
      });
      expect(isIsolated).toBe(isolated);
      expect(got).toStrictEqual({ ...expected, backend: 'wasm-simd', threads });
      // The network is not silent, and its classes differ.
      expect(Math.min(...expected.spikes.slice(0, -1).map((steps) => Math.max(...steps)))).toBeGreaterThan(0);
    },
    LAUNCH_MS,
  );
});
