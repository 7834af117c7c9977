import { createConnection } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { freePort, startService } from '../src/index.js';

const LISTEN = "require('node:net').createServer().listen(process.argv[1], '127.0.0.1')";

test('a service listens when it is handed over, and is gone after kill', async () => {
  const port = await freePort();
  const service = await startService(process.execPath, ['-e', LISTEN, String(port)], { port });
  await service.kill();
  await service.kill();
  await expect(once(createConnection({ port, host: '127.0.0.1' }), 'connect')).rejects.toThrow(
    'ECONNREFUSED',
  );
});

test('a service that ends at once is told with what it wrote', async () => {
  const port = await freePort();
  const ends = startService(process.execPath, ['-e', "console.error('no luck'); process.exit(1)"], { port });
  await expect(ends).rejects.toThrow(/must listen on port \d+, got: no luck/u);
});
