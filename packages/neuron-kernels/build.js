/** Builds dist: TypeScript by tsc, then all WebAssembly targets in one process (each start of asc loads binaryen). */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

import asc from 'assemblyscript/asc';

const tsc = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (tsc.error !== undefined) {
  process.stderr.write(
    `build: tsc cannot be started: ${tsc.error.message}. Run this as \`pnpm build\`, which finds it in node_modules/.bin.\n`,
  );
}
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const sources = { single: 'index', threads: 'index', scatter: 'scatter' };
for (const [target, source] of Object.entries(sources)) {
  const { error, stderr } = await asc.main([`assembly/${source}.ts`, '--target', target]);
  if (error) {
    process.stderr.write(`${stderr.toString()}\n`);
    throw error;
  }
}
