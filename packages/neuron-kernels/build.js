/** Builds dist: TypeScript by tsc, then both WebAssembly targets in one process (each start of asc loads binaryen). */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

import asc from 'assemblyscript/asc';

const tsc = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

for (const target of ['single', 'threads']) {
  const { error, stderr } = await asc.main(['assembly/index.ts', '--target', target]);
  if (error) {
    process.stderr.write(`${stderr.toString()}\n`);
    throw error;
  }
}
