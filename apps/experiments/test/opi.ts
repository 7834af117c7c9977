import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** The program as a user starts it. */
export const OPI: string = fileURLToPath(new URL('../bin/opi.js', import.meta.url));

/** What a run of `opi` gave. */
export interface Outcome {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  /** Signal that ended it, or null. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it. */
export interface OpiOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Send this signal… */
  readonly signal?: NodeJS.Signals;
  /** …once this has come true. */
  readonly when?: () => Promise<boolean>;
  /** Close the reading end of these pipes at once, as `| head -0` does. */
  readonly closed?: readonly ('stdout' | 'stderr')[];
}

const POLL_MS = 10;

/** Runs `opi` with arguments in a process of its own. */
export function opi(args: readonly string[], options: OpiOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, NO_COLOR: '1', OPI_DATA_DIR: '', ...options.environment };
    const child = spawn(process.execPath, [OPI, ...args], {
      cwd: options.cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      if (options.closed?.includes(name)) child[name].destroy();
      else child[name].on('data', (chunk: Buffer) => (text[name] += chunk.toString()));
    }
    const timer = setInterval(() => {
      void options.when?.().then((ready) => {
        if (!ready) return;
        clearInterval(timer);
        child.kill(options.signal);
      });
    }, POLL_MS);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(timer);
      resolve({ code, signal, ...text });
    });
  });
}

/** Lines that fit on one screen. */
const SCREEN_LINES = 24;

/** Asserts a failure as a user should meet it: the exit code, one screen on standard error, nothing on standard output. */
export function expectFailure(outcome: Outcome, code: number, message: string | RegExp): void {
  const { stdout, stderr } = outcome;
  expect({ code: outcome.code, signal: outcome.signal, stdout }, stderr).toEqual({
    code,
    signal: null,
    stdout: '',
  });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ {4}at /mu);
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(SCREEN_LINES);
}
