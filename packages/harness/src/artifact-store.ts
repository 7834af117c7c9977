import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeArtifact, ENTRY_FILE, formatEntry } from './artifact-entry.js';
import { inspectArtifact, isProblems, readEntry, summarise, type Inspection } from './artifact-inspection.js';
import type { Artifact, ArtifactContent, ArtifactStore, ArtifactSummary, Damage } from './artifact.js';
import { flushFolder, writeFlushed } from './atomic-write.js';
import type { JsonValue } from './canonical-json.js';
import { contentAddress } from './hash.js';
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
    if (found.state === 'damaged') return found.problems;
    const known = [ENTRY_FILE, ...Object.keys(found.artifact.files)];
    const names = await readdir(this.#folderOf(address)).catch((): string[] => []);
    return names.filter((name) => !known.includes(name)).map((name) => `${name} is not part of the entry`);
  }

  async summary(address: string): Promise<ArtifactSummary | undefined> {
    const entry = await readEntry(address, (name) => this.#file(address, name));
    return entry === undefined || isProblems(entry) ? undefined : summarise(entry);
  }

  async remove(address: string): Promise<void> {
    await this.#setAside(this.#folderOf(address));
  }

  /** Removes what killed processes left in `tmp/`. Another process may be doing the same. */
  async removeStale(olderThanMs: number): Promise<number> {
    const names = await readdir(join(this.location, 'tmp'));
    const now = Date.now();
    let removed = 0;
    for (const name of names) {
      const path = join(this.location, 'tmp', name);
      const status = await stat(path).catch(() => undefined);
      if (status === undefined || now - status.mtimeMs < olderThanMs) continue;
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
      removed += 1;
    }
    return removed;
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

  #file(address: string, name: string): Promise<Uint8Array | undefined> {
    return readOrUndefined(join(this.#folderOf(address), name));
  }

  async #read(address: string): Promise<Inspection> {
    const inspection = await inspectArtifact(address, (name) => this.#file(address, name));
    if (inspection.state !== 'missing') return inspection;
    const exists = await stat(this.#folderOf(address)).catch(() => undefined);
    return exists === undefined ? inspection : { state: 'damaged', problems: [`${ENTRY_FILE} is missing`] };
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
