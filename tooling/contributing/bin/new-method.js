#!/usr/bin/env node
// @ts-check
import { resolve } from 'node:path';
import { createMethod, MethodError } from '../src/new-method.js';

const USAGE =
  'Usage: pnpm new:method NAME\n\nNAME as typed after --method: lower-case words joined by hyphens, such as max-norm.\n';

const [name, ...more] = process.argv.slice(2).filter((argument) => argument !== '--');
if (name === '--help') process.stdout.write(USAGE);
else if (name === undefined || more.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    const written = await createMethod(name, resolve(import.meta.dirname, '../../..'));
    process.stdout.write(
      `${written.map((path) => `  ${path}\n`).join('')}Next: fill in rules and source; CONTRIBUTING.md says how.\n`,
    );
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
