import type { FileHandle } from 'node:fs/promises';
import { decodeNetwork, encodeNetwork, type EncodeNetworkOptions } from './checkpoint.js';
import type { Network } from './network.js';
import {
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type SafetensorsInput,
} from './safetensors.js';
import type { SafetensorsDtype } from './safetensors-dtypes.js';

/**
 * Writes a network to one safetensors file: aside, flushed to the disk, then renamed, so that the path holds the
 * old file or the whole new one at every moment, whatever is interrupted. Node only.
 *
 * @throws NetworkError as {@link encodeNetwork}; Error naming the path, with the system's error as `cause`
 * @example
 * await saveNetwork('resnet20.safetensors', network);
 */
export async function saveNetwork(
  path: string,
  network: Network,
  options: EncodeNetworkOptions = {},
): Promise<void> {
  await writeWholeFile('saveNetwork', path, encodeNetwork(network, options));
}

/**
 * Reads a network that {@link saveNetwork} wrote. Node only.
 *
 * @throws SafetensorsError, NetworkError as {@link decodeNetwork}, naming the path; Error if it cannot be read, with
 *   the system's error as `cause`
 */
export async function loadNetwork(path: string): Promise<Network> {
  return decodeNetwork(await readWholeFile('loadNetwork', path), { source: path });
}

/**
 * Writes tensors and metadata of any meaning to a safetensors file, in the manner of {@link saveNetwork}. Node only.
 *
 * @throws RangeError as {@link encodeSafetensors}; Error naming the path, with the system's error as `cause`
 */
export async function saveSafetensors(path: string, content: SafetensorsInput): Promise<void> {
  await writeWholeFile('saveSafetensors', path, encodeSafetensors(content));
}

/**
 * Reads a safetensors file of any origin. Node only.
 *
 * @throws SafetensorsError as {@link decodeSafetensors}, naming the path; Error if it cannot be read, with the
 *   system's error as `cause`
 */
export async function loadSafetensors<D extends SafetensorsDtype = 'F32' | 'F16'>(
  path: string,
  options: Pick<DecodeOptions<D>, 'dtypes'> = {},
): Promise<SafetensorsContent<D>> {
  return decodeSafetensors<D>(await readWholeFile('loadSafetensors', path), { ...options, source: path });
}

// Imported when first used: bundles for browsers, which never come here, then need no stand-in for Node's modules.

async function readWholeFile(caller: string, path: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`${caller}: path must be a readable file, got '${path}' (${reasonOf(cause)}).`, {
      cause,
    });
  }
}

async function writeWholeFile(caller: string, path: string, bytes: Uint8Array): Promise<void> {
  const { open, rename, rm } = await import('node:fs/promises');
  const paths = await import('node:path');
  const aside = `${path}.${crypto.randomUUID()}.partial`;
  try {
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    throw new Error(`${caller}: path must be writable, got '${path}' (${reasonOf(cause)}).`, { cause });
  }
  await syncFolder(await open(paths.dirname(path), 'r').catch(() => undefined));
}

/** Makes the rename itself last; not every system lets a folder be opened or flushed, and the file is whole anyway. */
async function syncFolder(folder: FileHandle | undefined): Promise<void> {
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
