import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';

/** A server process of a test. */
export interface Service {
  readonly port: number;
  /** Ends it as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
}

const PAUSE_MS = 25;
const PATIENCE_MS = 60_000;

/** A TCP port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts a server and waits until its port accepts connections. The caller ends it with `kill`.
 *
 * @param path program
 * @param args its arguments
 * @param options port it listens on, folder it runs in, environment beside this process's
 * @throws Error with what the program wrote, if it ends or stays silent for a minute
 */
export async function startService(
  path: string,
  args: readonly string[],
  options: {
    readonly port: number;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Service> {
  const { port, cwd, env } = options;
  const child = spawn(path, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  }
  const started = Date.now();
  while (!(await accepts(port))) {
    if (hasEnded(child) || Date.now() - started > PATIENCE_MS) {
      child.kill('SIGKILL');
      throw new Error(`startService: ${path} must listen on port ${port}, got: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { port, kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
