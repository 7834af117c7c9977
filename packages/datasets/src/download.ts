import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Bytes received so far. */
export interface DownloadProgress {
  /** Last part of the address. */
  readonly file: string;
  /** Bytes on disk, including those of earlier attempts. */
  readonly received: number;
  /** Length as the server states it, if it does [bytes]. */
  readonly total: number | undefined;
}

/** How patient a download is. */
export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Longest silence of the server before the attempt is given up [ms]; default 30,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Attempts in a row that bring no new byte before giving up; default 5. */
  readonly attempts?: number | undefined;
  /** Pause before the second attempt [ms], doubled each time, at most 30 s; default 1,000. */
  readonly retryDelayMs?: number | undefined;
}

/** What to download, and where to. */
export interface DownloadRequest {
  readonly url: string;
  /** File that grows; `<part>.json` beside it remembers which version of the address it belongs to. */
  readonly part: string;
  /** Most bytes that can be right; more are refused. */
  readonly maximumBytes: number;
  /** Exact length, if known. */
  readonly bytes?: number | undefined;
}

/** A download failed: the address does not answer, answers with an error, or the disk refuses to be written. */
export class DownloadError extends Error {
  override readonly name: string = 'DownloadError';
  readonly url: string;

  constructor(url: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.url = url;
  }
}

const DEFAULTS = { idleTimeoutMs: 30_000, attempts: 5, retryDelayMs: 1_000 };
const LONGEST_DELAY_MS = 30_000;

/** A failure that another attempt may mend. */
class Interruption extends Error {}

/**
 * Downloads an address into a `.part` file, going on where an earlier attempt or process stopped (`Range`,
 * `If-Range`), with new attempts after errors and silence.
 *
 * @returns whether bytes of an earlier attempt were kept
 * @throws DownloadError when the address refuses, has a wrong length, never answers, or the disk is full
 * @throws the signal's reason when aborted; the part stays and can be continued
 */
export async function download(
  request: DownloadRequest,
  options: DownloadOptions = {},
): Promise<{ resumed: boolean }> {
  const { attempts = DEFAULTS.attempts, retryDelayMs = DEFAULTS.retryDelayMs, signal } = options;
  let most = await sizeOf(request.part);
  const resumed = most > 0;
  for (let fruitless = 0; ;) {
    signal?.throwIfAborted();
    try {
      const kept = await attempt(request, options);
      return { resumed: resumed || kept };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Interruption)) throw diskOrOther(error, request);
      const size = await sizeOf(request.part);
      fruitless = size > most ? 0 : fruitless + 1;
      most = Math.max(most, size);
      if (fruitless >= attempts) {
        const tries = `after ${attempts} attempts without a new byte`;
        throw new DownloadError(
          request.url,
          `fetchDataset: ${request.url} must answer, got ${error.message} ${tries}, ${size} bytes kept. Check the connection and run the command again; it continues there.`,
          error,
        );
      }
    }
    await pause(Math.min(retryDelayMs * 2 ** Math.max(fruitless - 1, 0), LONGEST_DELAY_MS), signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** One request: continues the part if the server allows it, else starts anew. True if earlier bytes were kept. */
async function attempt(request: DownloadRequest, options: DownloadOptions): Promise<boolean> {
  const { url, part } = request;
  const start = await sizeOf(part);
  const known = start > 0 ? await readOrigin(part, url) : undefined;
  const silence = new Silence(options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs);
  const signals = options.signal === undefined ? [silence.signal] : [silence.signal, options.signal];
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (known !== undefined) Object.assign(headers, { range: `bytes=${start}-`, 'if-range': known });
    const response = await fetch(url, { headers, signal: AbortSignal.any(signals) });
    if (known !== undefined && endsAt(response, start)) return true;
    const from = await startOffset(response, request, known === undefined ? 0 : start);
    const total = statedLength(response, request, from);
    await rememberOrigin(part, url, response);
    await writeBody(response, { request, from, total, silence, onProgress: options.onProgress });
    return from > 0;
  } catch (error) {
    throw silence.signal.aborted
      ? new Interruption(`silence for ${silence.milliseconds} ms`)
      : asInterruption(error);
  } finally {
    silence.stop();
  }
}

/** Whether the answer to a range from `start` on is that the file has no byte more (RFC 9110, 15.5.17). */
function endsAt(response: Response, start: number): boolean {
  return response.status === 416 && response.headers.get('content-range') === `bytes */${start}`;
}

/** Byte at which the response's body starts. */
async function startOffset(
  response: Response,
  { url, part }: DownloadRequest,
  asked: number,
): Promise<number> {
  if (response.status === 200) return 0;
  if (response.status === 206) {
    const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (Number(start) === asked) return asked;
  }
  await response.body?.cancel();
  if (response.status === 206 || response.status === 416) {
    await rm(part, { force: true });
    throw new Interruption(`a range that was not asked for (status ${response.status})`);
  }
  const { status } = response;
  if (status >= 500 || status === 408 || status === 429) throw new Interruption(`status ${status}`);
  throw new DownloadError(
    url,
    `fetchDataset: ${url} must answer with status 200, got ${status}. Download it by hand and name its folder with --data DIR.`,
  );
}

/** Length of the whole file as stated, checked against what can be right. */
function statedLength(
  response: Response,
  { url, bytes, maximumBytes }: DownloadRequest,
  from: number,
): number | undefined {
  const header = response.headers.get('content-length');
  const total = header === null ? undefined : from + Number(header);
  if (total !== undefined && (total > maximumBytes || (bytes !== undefined && total !== bytes))) {
    throw wrongLength(url, total, bytes, maximumBytes);
  }
  return total;
}

interface Body {
  readonly request: DownloadRequest;
  readonly from: number;
  readonly total: number | undefined;
  readonly silence: Silence;
  readonly onProgress: DownloadOptions['onProgress'];
}

async function writeBody(
  response: Response,
  { request, from, total, silence, onProgress }: Body,
): Promise<void> {
  const file = new URL(request.url).pathname.split('/').at(-1)!;
  const handle: FileHandle = await open(request.part, from > 0 ? 'r+' : 'w');
  let received = from;
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      silence.restart();
      if (received + chunk.length > request.maximumBytes) {
        throw wrongLength(request.url, received + chunk.length, request.bytes, request.maximumBytes);
      }
      await handle.write(chunk, 0, chunk.length, received);
      received += chunk.length;
      onProgress?.({ file, received, total });
    }
    await handle.truncate(received);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const expected = total ?? request.bytes;
  if (expected !== undefined && received < expected)
    throw new Interruption(`an end after ${received} of ${expected} bytes`);
}

function wrongLength(url: string, found: number, bytes: number | undefined, maximum: number): DownloadError {
  const expected = bytes === undefined ? `at most ${maximum}` : String(bytes);
  return new DownloadError(
    url,
    `fetchDataset: length of ${url} must be ${expected} bytes, got ${found}. What answers there is not the data set; a proxy or log-in page may stand between.`,
  );
}

/** What identifies the version that the part belongs to; undefined if it is of another address or unknown. */
async function readOrigin(part: string, url: string): Promise<string | undefined> {
  try {
    const origin = JSON.parse(await readFile(`${part}.json`, 'utf8')) as {
      url?: unknown;
      validator?: unknown;
    };
    return origin.url === url && typeof origin.validator === 'string' ? origin.validator : undefined;
  } catch {
    return undefined;
  }
}

/** Strong ETag or date: the only validators `If-Range` may carry (RFC 9110, 13.1.5). */
async function rememberOrigin(part: string, url: string, { headers }: Response): Promise<void> {
  const etag = headers.get('etag');
  const validator = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  if (validator === null) await rm(`${part}.json`, { force: true });
  else await writeFile(`${part}.json`, JSON.stringify({ url, validator }));
}

/** Aborts its signal when nothing happens for a while. */
class Silence {
  readonly milliseconds: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#controller.abort();
    }, this.milliseconds);
  }
}

/** Errors of `fetch` itself (refused, reset, broken off) are worth another attempt; those of files are not. */
function asInterruption(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  return new Interruption(code === undefined ? cause.message : `${code} (${cause.message})`);
}

function diskOrOther(error: unknown, { url, part, bytes, maximumBytes }: DownloadRequest): unknown {
  const said = diskProblem(error, part, bytes ?? maximumBytes);
  return said === undefined ? error : new DownloadError(url, said, error);
}

/** The sentence for a disk that refuses, or undefined for any other error. */
export function diskProblem(error: unknown, path: string, bytes: number): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `fetchDataset: the disk that holds ${path} must have room for ${bytes} bytes, got ${code}. Free some space, or name another folder with --data DIR, and run the command again.`;
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return `fetchDataset: ${path} must be writable, got ${code}. Name another folder with --data DIR or OPI_DATA_DIR.`;
  }
  return undefined;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
