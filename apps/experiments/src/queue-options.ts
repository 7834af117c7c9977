import { readFile } from 'node:fs/promises';
import { explainError, UsageError } from './failure.js';
import { Option } from 'commander';
import type { QueueConnection } from '@opi-snn/harness/job-queue';

/** Which queue. */
export interface QueueOptions {
  readonly queue?: string;
  readonly queueName: string;
}

/** `--queue URL`. */
export const queueOption = (): Option =>
  new Option('--queue <url>', 'Redis: redis://HOST[:PORT][/DB], or rediss://… for TLS').env('OPI_QUEUE');

/** `--queue-name NAME`. */
export const queueNameOption = (): Option =>
  new Option('--queue-name <name>', 'one name for each store').env('OPI_QUEUE_NAME').default('opi');

/**
 * The connection to a queue. Secrets come from the environment, where no list of processes shows them:
 * `OPI_REDIS_USERNAME`, `OPI_REDIS_PASSWORD`, and the files `OPI_REDIS_CA`, `OPI_REDIS_CERT`, `OPI_REDIS_KEY`.
 *
 * @throws UsageError if there is no address, or it is not one of Redis, or a file cannot be read
 */
export async function queueConnection(url: string | undefined): Promise<QueueConnection> {
  if (url === undefined) {
    throw new UsageError('a queue must be named: --queue redis://HOST[:PORT], or the variable OPI_QUEUE.');
  }
  await assertQueueAddress(url);
  const { OPI_REDIS_USERNAME: username, OPI_REDIS_PASSWORD: password } = process.env;
  const read = await Promise.allSettled(TLS_FILES.map(([part, name]) => readTlsFile(part, name)));
  const problems = read.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const parts = read.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (parts.length > 0 && !url.startsWith('rediss://')) {
    const names = TLS_FILES.filter(([part]) => parts.some(([own]) => own === part)).map(([, name]) => name);
    throw new UsageError(
      `with ${names.join(', ')} the address must begin with rediss:// (TLS), got redis://. Unset what is not meant.`,
    );
  }
  return { url, username, password, tls: Object.fromEntries(parts) };
}

async function assertQueueAddress(url: string): Promise<void> {
  // The client of Redis is large: loaded only where a queue is named.
  const { queueLocation } = await import('@opi-snn/harness/job-queue');
  try {
    queueLocation(url);
  } catch (error) {
    throw new UsageError(`--queue, or OPI_QUEUE: ${explainError(error)}`);
  }
}

/** Parts of the connection that lie in files, and the variables that name these. */
const TLS_FILES = [
  ['ca', 'OPI_REDIS_CA'],
  ['cert', 'OPI_REDIS_CERT'],
  ['key', 'OPI_REDIS_KEY'],
] as const;

async function readTlsFile(part: string, name: string): Promise<[part: string, text: string][]> {
  const path = process.env[name] ?? '';
  if (path === '') return [];
  try {
    return [[part, await readFile(path, 'utf8')]];
  } catch (error) {
    throw new Error(`${name} must name a PEM file that can be read, got ${explainError(error)}`, {
      cause: error,
    });
  }
}
