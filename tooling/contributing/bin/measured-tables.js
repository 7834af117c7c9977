#!/usr/bin/env node
// @ts-check
import { resolve } from 'node:path';
import { TableError, writeMeasuredTables } from '../src/measured-tables.js';

try {
  const changed = await writeMeasuredTables(resolve(import.meta.dirname, '../../..'));
  process.stdout.write(
    changed.length === 0 ? 'All tables are those of results/.\n' : `${changed.join('\n')}\n`,
  );
} catch (error) {
  if (!(error instanceof TableError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
