import { ENTRY_FILE, parseEntry, type ArtifactEntry } from './artifact-entry.js';
import type { Artifact, ArtifactSummary } from './artifact.js';
import { sha256 } from './hash.js';

/**
 * What a place in a store holds.
 *
 * @internal
 */
export type Inspection =
  | { readonly state: 'missing' }
  | { readonly state: 'damaged'; readonly problems: readonly string[] }
  | { readonly state: 'intact'; readonly artifact: Artifact };

/**
 * Reads one file of an entry; undefined if it is not there. The checksum is known for all files but `entry.json`.
 *
 * @internal
 */
export type ReadFile = (name: string, checksum?: string) => Promise<Uint8Array | undefined>;

/**
 * Reads an entry with all its files and finds every altered byte, whatever kind of store it lies in.
 *
 * @param address  where it lies
 * @param read  reads a file of it
 * @returns the artifact, everything that is wrong with it, or that there is none
 * @internal
 */
export async function inspectArtifact(address: string, read: ReadFile): Promise<Inspection> {
  const entry = await readEntry(address, read);
  if (entry === undefined) return { state: 'missing' };
  if (isProblems(entry)) return { state: 'damaged', problems: entry };
  const files: Record<string, Uint8Array> = {};
  const problems: string[] = [];
  for (const [name, expected] of Object.entries(entry.files)) {
    const bytes = await read(name, expected.sha256);
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

/**
 * Reads the description of an entry.
 *
 * @param address  where it lies
 * @param read  reads a file of it
 * @returns the description, what is wrong with it, or undefined if there is none
 * @internal
 */
export async function readEntry(
  address: string,
  read: ReadFile,
): Promise<ArtifactEntry | readonly string[] | undefined> {
  const bytes = await read(ENTRY_FILE);
  if (bytes === undefined) return undefined;
  try {
    return parseEntry(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), address);
  } catch (error) {
    if (error instanceof TypeError) return [`${ENTRY_FILE} is not UTF-8`];
    throw error;
  }
}

/**
 * Tells problems from a description.
 *
 * @param entry  what {@link readEntry} gave
 * @returns whether it is a list of problems
 * @internal
 */
export function isProblems(entry: ArtifactEntry | readonly string[]): entry is readonly string[] {
  return Array.isArray(entry);
}

/**
 * An entry without its files.
 *
 * @param entry  description
 * @returns the summary
 * @internal
 */
export function summarise({ address, input, provenance, files }: ArtifactEntry): ArtifactSummary {
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { address, input, provenance, bytes };
}
