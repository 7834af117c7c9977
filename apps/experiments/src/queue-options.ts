import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { QueueConnection } from '@opi-snn/harness/job-queue';
import { UsageError } from './failure.js';

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
 * @throws UsageError if there is no address
 */
export async function queueConnection(url: string | undefined): Promise<QueueConnection> {
  if (url === undefined) {
    throw new UsageError('a queue must be named: --queue redis://HOST[:PORT], or the variable OPI_QUEUE.');
  }
  const { OPI_REDIS_USERNAME: username, OPI_REDIS_PASSWORD: password } = process.env;
  const [ca, cert, key] = await Promise.all(
    ['OPI_REDIS_CA', 'OPI_REDIS_CERT', 'OPI_REDIS_KEY'].map(async (name) => {
      const path = process.env[name];
      return path === undefined || path === '' ? undefined : readFile(path, 'utf8');
    }),
  );
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  return { url, username, password, tls };
}
