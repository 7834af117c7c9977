import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeArtifact, ENTRY_FILE, formatEntry, parseEntry } from './artifact-entry.js';
import type { Artifact, ArtifactContent, ArtifactStore, Damage } from './artifact.js';
import { flushFolder, writeFlushed } from './atomic-write.js';
import type { JsonValue } from './canonical-json.js';
import { contentAddress, sha256 } from './hash.js';
import { makeFolder } from './make-folder.js';
import { StorageError } from './storage-error.js';

/** A temporary folder untouched for this long belongs to a process that was killed. */
export const STALE_AFTER_MS = 3_600_000;

/** How a local store behaves. */
export interface ArtifactStoreOptions {
  /** Told of every damaged entry that was met; it is treated as missing and replaced by the next `put`. */
  onDamage?(damage: Damage): void;
  /** Age after which leftovers in `tmp/` are removed; default {@link STALE_AFTER_MS}. */
  readonly staleAfterMs?: number;
}

/**
 * Opens a store in a local folder, making it if needed.
 *
 * `objects/ab/abcd…/` is one artifact: `entry.json` (what went in, the value, checksums of all files, provenance) and
 * its binary files. An artifact is written in `tmp/`, flushed, and renamed, so it is there as a whole or not at all,
 * whatever is killed; of several processes that make the same one, the first wins. Leftovers of killed
 * processes are never read, and removed here once they are old.
 *
 * @param folder  where; missing folders are made
 * @param options  what to do about damage; see {@link ArtifactStoreOptions}
 * @returns the store
 * @throws StorageError if the folder cannot be made or written
 */
export async function openArtifactStore(
  folder: string,
  options: ArtifactStoreOptions = {},
): Promise<ArtifactStore> {
  const root = resolve(folder);
  const store = new LocalArtifactStore(root, options);
  await makeFolder(join(root, 'objects'));
  await makeFolder(join(root, 'tmp'));
  await store.removeStale(options.staleAfterMs ?? STALE_AFTER_MS);
  return store;
}

type Inspection =
  | { readonly state: 'missing' }
  | { readonly state: 'damaged'; readonly problems: readonly string[] }
  | { readonly state: 'intact'; readonly artifact: Artifact };

class LocalArtifactStore implements ArtifactStore {
  readonly location: string;
  readonly #onDamage: (damage: Damage) => void;

  constructor(root: string, options: ArtifactStoreOptions) {
    this.location = root;
    this.#onDamage = (damage): void => options.onDamage?.(damage);
  }

  async get(input: JsonValue): Promise<Artifact | undefined> {
    const address = contentAddress(input);
    const found = await this.#read(address);
    if (found.state === 'intact') return found.artifact;
    if (found.state === 'damaged') {
      this.#onDamage({ address, folder: this.#folderOf(address), problems: found.problems });
    }
    return undefined;
  }

  async put(input: JsonValue, content: ArtifactContent, provenance: JsonValue = null): Promise<string> {
    const entry = describeArtifact(input, content, provenance);
    const aside = this.#newTemporary();
    try {
      await mkdir(aside, { recursive: true });
      for (const [name, bytes] of Object.entries(content.files)) await writeFlushed(join(aside, name), bytes);
      await writeFlushed(join(aside, ENTRY_FILE), formatEntry(entry));
      await flushFolder(aside);
      await this.#publish(aside, entry.address);
    } catch (error) {
      throw StorageError.from(error, this.#folderOf(entry.address));
    } finally {
      await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    }
    return entry.address;
  }

  async list(): Promise<string[]> {
    const groups = await readdir(join(this.location, 'objects'));
    const names = await Promise.all(groups.map((group) => readdir(join(this.location, 'objects', group))));
    return names
      .flat()
      .filter((name) => /^[0-9a-f]{64}$/u.test(name))
      .sort();
  }

  async inspect(address: string): Promise<readonly string[] | undefined> {
    const found = await this.#read(address);
    if (found.state === 'missing') return undefined;
    return found.state === 'intact' ? [] : found.problems;
  }

  async remove(address: string): Promise<void> {
    await this.#setAside(this.#folderOf(address));
  }

  /** Removes what killed processes left in `tmp/`. Another process may be doing the same. */
  async removeStale(staleAfterMs: number): Promise<void> {
    const names = await readdir(join(this.location, 'tmp'));
    const now = Date.now();
    for (const name of names) {
      const path = join(this.location, 'tmp', name);
      const status = await stat(path).catch(() => undefined);
      if (status === undefined || now - status.mtimeMs < staleAfterMs) continue;
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  #folderOf(address: string): string {
    return join(this.location, 'objects', address.slice(0, 2), address);
  }

  #newTemporary(): string {
    return join(this.location, 'tmp', randomUUID());
  }

  /** Renames a finished folder into place. A folder cannot be renamed onto one that is not empty: then someone was first. */
  async #publish(aside: string, address: string): Promise<void> {
    const target = this.#folderOf(address);
    await mkdir(dirname(target), { recursive: true });
    for (;;) {
      try {
        await rename(aside, target);
        await flushFolder(dirname(target));
        return;
      } catch (error) {
        if (!isOccupied(error)) throw error;
        const present = await this.#read(address);
        if (present.state === 'intact') return;
        // Missing: another process has just taken a damaged one away; on Windows EPERM may also be a plain refusal.
        if (present.state === 'missing' && codeOf(error) === 'EPERM') throw error;
        if (present.state === 'damaged') await this.#setAside(target);
      }
    }
  }

  /** Takes a folder out of sight in one step, then removes it. */
  async #setAside(target: string): Promise<void> {
    const away = this.#newTemporary();
    try {
      await rename(target, away);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw StorageError.from(error, target);
    }
    await rm(away, { recursive: true, force: true });
  }

  async #read(address: string): Promise<Inspection> {
    const folder = this.#folderOf(address);
    const text = await readOrUndefined(join(folder, ENTRY_FILE));
    if (text === undefined) {
      const exists = await stat(folder).catch(() => undefined);
      return exists === undefined
        ? { state: 'missing' }
        : { state: 'damaged', problems: [`${ENTRY_FILE} is missing`] };
    }
    const entry = parseEntry(text.toString('utf8'), address);
    if (!('files' in entry)) return { state: 'damaged', problems: entry };
    const files: Record<string, Uint8Array> = {};
    const problems: string[] = [];
    for (const [name, expected] of Object.entries(entry.files)) {
      const bytes = await readOrUndefined(join(folder, name));
      if (bytes === undefined) problems.push(`${name} is missing`);
      else if (bytes.length !== expected.bytes)
        problems.push(`${name} has ${bytes.length} bytes instead of ${expected.bytes}`);
      else if (sha256(bytes) !== expected.sha256)
        problems.push(`${name} does not have its checksum ${expected.sha256}`);
      else files[name] = bytes;
    }
    if (problems.length > 0) return { state: 'damaged', problems };
    const { input, value, provenance } = entry;
    return { state: 'intact', artifact: { address, input, value, files, provenance } };
  }
}

async function readOrUndefined(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw StorageError.from(error, path);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function isOccupied(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM' || code === 'ENOTDIR';
}
