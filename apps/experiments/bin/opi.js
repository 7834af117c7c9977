#!/usr/bin/env node
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../dist/cli.js', import.meta.url))) {
  console.error('opi: this checkout is not built yet. Run `npx --yes pnpm@12.21.0 build` in its root first.');
  process.exit(2);
}
const { main } = await import('../dist/cli.js');
await main(process.argv);
