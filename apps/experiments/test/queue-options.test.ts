import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { expect, test } from 'vitest';
import { expectFailure, opi } from './opi.js';

const SECRET = 'not-to-be-seen';

test.each(['worker', 'queue status', 'queue retry', 'reproduce'])(
  'opi %s refuses an address that is not one of Redis, without its secrets',
  async (command) => {
    const url = `http://me:${SECRET}@redis.example:6379/?password=${SECRET}`;
    const outcome = await opi([...command.split(' '), '--queue', url], { cwd: temporaryFolder() });
    expectFailure(
      outcome,
      2,
      /--queue, or OPI_QUEUE: queue: the address must be redis:\/\/HOST\[:PORT\]\[\/DB\], or rediss:\/\/… for TLS, got "http:\/\/…@redis\.example:6379…"\. .*OPI_REDIS_PASSWORD/u,
    );
    expect(outcome.stderr).not.toContain(SECRET);
  },
);

test('every certificate that cannot be read is told with its variable', async () => {
  const nowhere = join(temporaryFolder(), 'ca.pem');
  const environment = { OPI_REDIS_CA: nowhere, OPI_REDIS_KEY: temporaryFolder() };
  expectFailure(
    await opi(['queue', '--queue', 'rediss://127.0.0.1'], { environment }),
    2,
    /OPI_REDIS_CA must name a PEM file that can be read, got .*ca\.pem: no such file.*\nOPI_REDIS_KEY must name/u,
  );
});

test('certificates are refused where nothing would be encrypted', async () => {
  const environment = { OPI_REDIS_CA: new URL(import.meta.url).pathname };
  expectFailure(
    await opi(['queue', '--queue', 'redis://127.0.0.1'], { environment }),
    2,
    'with OPI_REDIS_CA the address must begin with rediss:// (TLS), got redis://. Unset what is not meant.',
  );
});
