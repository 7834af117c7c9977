/** Builds dist: TypeScript by tsc, then all WebAssembly targets in one process (each start of asc loads binaryen). */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

import asc from 'assemblyscript/asc';

const tsc = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const sources = { single: 'index', threads: 'index', scatter: 'scatter' };
for (const [target, source] of Object.entries(sources)) {
  const { error, stderr } = await asc.main([`assembly/${source}.ts`, '--target', target]);
  if (error) {
    process.stderr.write(`${stderr.toString()}\n`);
    throw error;
  }
}
