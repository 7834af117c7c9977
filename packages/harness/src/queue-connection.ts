import { Redis } from 'ioredis';

/** How a Redis server is reached. What stands here besides the URL is never put into a log or a result. */
export interface QueueConnection {
  /** `redis://HOST[:PORT][/DB]`, or `rediss://…` for TLS; user and password may stand in it. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM texts: authority that signed the server's certificate, certificate and key of this client. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

const DEFAULT_PORT = 6379;
const CONNECT_TIMEOUT_MS = 10_000;

/** The queue cannot be reached or was called wrongly; the message names the server without its secrets and what to do. */
export class QueueError extends Error {
  override readonly name: string = 'QueueError';
}

/**
 * What BullMQ and ioredis both take.
 *
 * @internal
 */
export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Readonly<Record<string, string>>;
  readonly maxRetriesPerRequest: null;
}

/**
 * Settings of the Redis client. A lost connection is waited for, however long: the server may come back.
 *
 * @param connection  URL, credentials, TLS
 * @returns settings
 * @throws RangeError if the URL is not one of Redis
 * @internal
 */
export function redisSettings(connection: QueueConnection): RedisSettings {
  const url = parseQueueUrl(connection.url);
  const username = connection.username ?? decodeURIComponent(url.username);
  const password = connection.password ?? decodeURIComponent(url.password);
  return {
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    db: Number(url.pathname.slice(1)),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(url.protocol === 'rediss:' ? { tls: { ...connection.tls } } : {}),
    maxRetriesPerRequest: null,
  };
}

/**
 * A queue's address without user and password.
 *
 * @param url  as given
 * @returns for messages
 * @throws RangeError if it is not one of Redis; the message holds nothing of it that may be a password
 */
export function queueLocation(url: string): string {
  const { protocol, host, pathname } = parseQueueUrl(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/**
 * Tries a connection once, so that a wrong address or password is told at once instead of being waited for.
 *
 * @param connection  URL, credentials, TLS
 * @throws QueueError saying what the server answered
 */
export async function assertReachable(connection: QueueConnection): Promise<void> {
  const location = queueLocation(connection.url);
  const client = new Redis({
    ...redisSettings(connection),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason: unknown;
  client.on('error', (error: unknown) => (reason ??= error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw new QueueError(
      `queue: ${location} must be a Redis server that lets us in, got ${explain(reason ?? error)}`,
      {
        cause: reason ?? error,
      },
    );
  } finally {
    client.disconnect();
  }
}

function parseQueueUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (
    url === undefined ||
    !isRedis ||
    url.hostname === '' ||
    !/^\/?\d*$/u.test(url.pathname) ||
    url.search !== '' ||
    !isPercentEncoded(url.username + url.password)
  ) {
    throw new RangeError(
      `queue: the address must be redis://HOST[:PORT][/DB], or rediss://… for TLS, got ${withoutSecrets(text)}. ` +
        'User and password stand before the host, as USER:PASSWORD@, with %40 for @ and %25 for %; better in OPI_REDIS_USERNAME and OPI_REDIS_PASSWORD.',
    );
  }
  return url;
}

function isPercentEncoded(text: string): boolean {
  return !/%(?![\da-f]{2})/iu.test(text);
}

/** What can be shown of an address that cannot be read: scheme, host and port; anything else may be a password. */
function withoutSecrets(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/isu.exec(text)!;
  const server = rest.replace(/^.*@/su, '');
  const shown = /^[a-z\d.-]*(?::\d{1,5}(?![a-z\d]))?/iu.exec(server)![0];
  return JSON.stringify(`${scheme}${server === rest ? '' : '…@'}${shown}${shown === server ? '' : '…'}`);
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/WRONGPASS|NOAUTH|invalid (username|password)/u.test(message)) {
    return 'a refusal. Correct OPI_REDIS_USERNAME and OPI_REDIS_PASSWORD.';
  }
  if (code === 'ECONNREFUSED') return 'ECONNREFUSED. Start it, or correct host and port.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${code}. Correct the host name.`;
  if (code !== undefined && /CERT|SSL|TLS|SELF_SIGNED|ALTNAME|ISSUER/u.test(code)) {
    return `${code}. Name its authority's certificate in OPI_REDIS_CA.`;
  }
  return `${code ?? 'no answer'}. Correct the address; rediss:// is for servers with TLS.`;
}
