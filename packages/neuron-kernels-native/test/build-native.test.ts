import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const SCRIPT = new URL('../bin/build-native.js', import.meta.url).pathname;

/** Runs the build with another environment; returns what it says when it fails. */
async function failure(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    await run(process.execPath, [SCRIPT], { env });
    return '';
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

describe.runIf(['linux', 'darwin'].includes(process.platform))('build-native', () => {
  it('says which compilers it looked for', async () => {
    expect(await failure({ PATH: '/nowhere' })).toMatch(
      /^build-native: no C compiler was found \(tried cc, gcc, clang\)\. Install one: /,
    );
    expect(await failure({ PATH: '/nowhere', CC: 'tcc' })).toMatch(
      /^build-native: no C compiler was found \(tried tcc, from CC\)\. /,
    );
  });
});
