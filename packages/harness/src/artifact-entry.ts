import { z } from 'zod';
import type { ArtifactContent } from './artifact.js';
import { canonicalValue } from './canonical-json.js';
import type { JsonValue } from './canonical-json.js';
import { contentAddress, sha256 } from './hash.js';

/** Name of the file that describes an entry. */
export const ENTRY_FILE = 'entry.json';

const json: z.ZodType<JsonValue> = z.json();
const digest = z.string().regex(/^[0-9a-f]{64}$/u, 'must be 64 hexadecimal digits');

/** What `entry.json` says. `checksum` covers everything else in it. */
export interface ArtifactEntry {
  readonly format: 'opi-snn-artifact';
  readonly formatVersion: 1;
  readonly address: string;
  readonly input: JsonValue;
  readonly value: JsonValue;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  readonly provenance: JsonValue;
  readonly checksum: string;
}

const entrySchema: z.ZodType<ArtifactEntry> = z.strictObject({
  format: z.literal('opi-snn-artifact'),
  formatVersion: z.literal(1),
  address: digest,
  input: json,
  value: json,
  files: z.record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), sha256: digest })),
  provenance: json,
  checksum: digest,
});

/**
 * The description of an artifact.
 *
 * @param input  what went in
 * @param content  what came out
 * @param provenance  where and when
 * @returns the entry with its address and checksums
 * @throws TypeError if a value is not plain JSON, RangeError if a file name is not allowed
 * @internal
 */
export function describeArtifact(
  input: JsonValue,
  content: ArtifactContent,
  provenance: JsonValue,
): ArtifactEntry {
  const bad = Object.keys(content.files).filter((name) => !isFileName(name));
  if (bad.length > 0) {
    throw new RangeError(
      `put: file names must be letters, digits, '.', '-', '_', begin with a letter or digit, and not be ${ENTRY_FILE}, got ${bad.map((name) => JSON.stringify(name)).join(', ')}.`,
    );
  }
  const files = Object.fromEntries(
    Object.entries(content.files).map(([name, bytes]) => [
      name,
      { bytes: bytes.length, sha256: sha256(bytes) },
    ]),
  );
  const body = {
    format: 'opi-snn-artifact' as const,
    formatVersion: 1 as const,
    address: contentAddress(input),
    input: canonicalValue(input),
    value: canonicalValue(content.value),
    files,
    provenance: canonicalValue(provenance),
  };
  return { ...body, checksum: contentAddress(body) };
}

/**
 * An entry as text: canonical, but on several lines for people.
 *
 * @param entry  description
 * @returns text that ends with a line break
 * @internal
 */
export function formatEntry(entry: ArtifactEntry): string {
  return `${JSON.stringify(canonicalValue(entry), null, 1)}\n`;
}

/**
 * Reads `entry.json` and finds every altered byte in it.
 *
 * @param text  the file
 * @param address  where it was found
 * @returns the entry, or what is wrong
 * @internal
 */
export function parseEntry(text: string, address: string): ArtifactEntry | readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [`${ENTRY_FILE} is not JSON`];
  }
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => `${ENTRY_FILE}: ${issue.path.join('.')} ${issue.message}`);
  }
  const entry = parsed.data;
  const { checksum, ...body } = entry;
  const problems: string[] = [];
  if (entry.address !== address) problems.push(`${ENTRY_FILE} belongs to ${entry.address}`);
  if (contentAddress(entry.input) !== entry.address)
    problems.push(`${ENTRY_FILE}: input does not have this address`);
  if (contentAddress(body) !== checksum || formatEntry(entry) !== text) {
    problems.push(`${ENTRY_FILE} does not have its checksum`);
  }
  const bad = Object.keys(entry.files).filter((name) => !isFileName(name));
  problems.push(...bad.map((name) => `${ENTRY_FILE} names a file ${JSON.stringify(name)}`));
  return problems.length > 0 ? problems : entry;
}

function isFileName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/u.test(name) && name !== ENTRY_FILE;
}
