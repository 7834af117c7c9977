import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractExamples } from './readme-examples.js';
import { runExample } from './run-example.js';

/**
 * Register one test per `ts` block of a package's README.md, which runs the block and checks its `// →` comments.
 *
 * The whole of a package's `test/readme.test.ts`:
 *
 * ```ts
 * import { testReadme } from '@opi-snn/test-utils';
 * testReadme(import.meta.dirname + '/..');
 * ```
 *
 * @param packageFolder folder that holds README.md, package.json and the built dist
 * @see runExample for the rules of comparison
 */
export function testReadme(packageFolder: string): void {
  const examples = extractExamples(readFileSync(join(packageFolder, 'README.md'), 'utf8'), 'README.md');
  describe('README.md', () => {
    it('has an example that runs', () => {
      expect(examples.length).toBeGreaterThan(0);
    });
    for (const example of examples) {
      it(`prints what it promises in the example at line ${example.line}`, async () => {
        await runExample(packageFolder, example);
      });
    }
  });
}
