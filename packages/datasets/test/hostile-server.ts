import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of this test: its address, and the headers of the requests it got. */
export interface HostileServer {
  /** Such as `http://127.0.0.1:4711/`. */
  readonly address: string;
  readonly requests: IncomingMessage[];
}

/**
 * An HTTP server on this machine that answers the first request with the first answer, and so on; the last answer
 * is repeated. Stopped, with all connections, when the test ends.
 */
export async function hostileServer(...answers: readonly Answer[]): Promise<HostileServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answers[Math.min(requests.length, answers.length) - 1]!(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

const ETAG = '"version-1"';

/** An honest server: whole, or the asked range if the client knows the version. */
export function serve(body: Uint8Array, etag = ETAG): Answer {
  return (request, response) => {
    const from = rangeStart(request, etag);
    if (from >= body.length && from > 0) {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      return;
    }
    response.writeHead(from > 0 ? 206 : 200, head(body, from, etag)).end(body.subarray(from));
  };
}

/** Sends some bytes of what was asked, and breaks the connection when the client has them in its file. */
export function breakOff(body: Uint8Array, bytes: number, file: string, etag = ETAG): Answer {
  return (request, response) => {
    const from = sendPart(request, response, { body, bytes, etag });
    whenWritten(file, from + bytes, () => response.destroy());
  };
}

/** Sends some bytes of what was asked, then nothing more, and keeps the connection. */
export function stall(body: Uint8Array, bytes: number, etag = ETAG): Answer {
  return (request, response) => {
    sendPart(request, response, { body, bytes, etag });
  };
}

/** Does something when a file has grown to a size. A client loses bytes that it has not read when a connection breaks. */
export function whenWritten(file: string, size: number, action: () => unknown): void {
  const timer = setInterval(() => {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < size) return;
    clearInterval(timer);
    action();
  }, 2);
}

/** The whole body with status 200, whatever range was asked for, and nothing that names its version. */
export function ignoreRange(body: Uint8Array): Answer {
  return (_, response) => response.writeHead(200, { 'content-length': body.length }).end(body);
}

/** A status and a few words. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => response.writeHead(code, headers).end('no data here');
}

function sendPart(
  request: IncomingMessage,
  response: ServerResponse,
  { body, bytes, etag }: { readonly body: Uint8Array; readonly bytes: number; readonly etag: string },
): number {
  const from = rangeStart(request, etag);
  response.writeHead(from > 0 ? 206 : 200, head(body, from, etag));
  response.flushHeaders();
  response.write(body.subarray(from, from + bytes));
  return from;
}

function rangeStart({ headers }: IncomingMessage, etag: string): number {
  const range = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  return range !== undefined && headers['if-range'] === etag ? Number(range) : 0;
}

function head(body: Uint8Array, from: number, etag: string): Record<string, string> {
  const range = from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {};
  return { 'content-length': String(body.length - from), etag, ...range };
}
