import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a file so that a reader (or a run after `kill -9`) sees the old content or the new one, never a part: written
 * beside its place, flushed to the disk, renamed.
 */
export async function writeFileWhole(path: string, content: Uint8Array | string): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    const file = await open(aside, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Removes what killed processes left of {@link writeFileWhole} in a folder; only its holder may call it. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder);
  const leftovers = names.filter((name) => /\.\d+\.part$/.test(name));
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true })));
}
