import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program as a user starts it. */
const OPI = fileURLToPath(new URL('../bin/opi.js', import.meta.url));

/** What a run of `opi` gave. */
export interface Outcome {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it. */
export interface OpiOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Send this signal… */
  readonly signal?: NodeJS.Signals;
  /** …once standard error contains this text, or after `afterMs`. */
  readonly whenStderrHas?: string;
  readonly afterMs?: number;
}

/** Runs `opi` with arguments in a process of its own. */
export function opi(args: readonly string[], options: OpiOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, NO_COLOR: '1', OPI_DATA_DIR: '', ...options.environment };
    const child = spawn(process.execPath, [OPI, ...args], {
      cwd: options.cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    const send = (): void => {
      if (options.signal !== undefined) child.kill(options.signal);
    };
    const timer = options.afterMs === undefined ? undefined : setTimeout(send, options.afterMs);
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (options.whenStderrHas !== undefined && stderr.includes(options.whenStderrHas)) send();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
