#!/usr/bin/env node
// @ts-check
import { parseArgs } from 'node:util';
import { reportApis } from '../src/api-report.js';

const HELP = `Usage: pnpm api [--write]

Compares what every package exports with the report that is committed, packages/*/api/*.api.md, so that a change of the
public surface is seen in review. --write renews the reports. Needs \`pnpm build\`.

Exit code: 0 as committed (or written), 1 different, 2 wrong usage.
`;

try {
  const { values } = parseArgs({
    options: { write: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  if (values.help) process.stdout.write(HELP);
  else process.exitCode = await reportApis(values.write);
} catch (error) {
  process.stderr.write(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
  process.exitCode = 2;
}
