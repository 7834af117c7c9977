import type { JsonValue } from './canonical-json.js';

/** What a job leaves behind: a JSON value and any number of binary files. */
export interface ArtifactContent {
  readonly value: JsonValue;
  /** Bytes by file name; a name is letters, digits, `.`, `-`, `_`, begins with a letter or digit, and is not `entry.json`. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** An artifact read back, every checksum checked. */
export interface Artifact extends ArtifactContent {
  /** SHA-256 of the canonical JSON of `input`. */
  readonly address: string;
  /** What went in. */
  readonly input: JsonValue;
  /** Where and when it was made: versions, machine, seconds. Not part of the address. */
  readonly provenance: JsonValue;
}

/** An entry without its files. */
export interface ArtifactSummary {
  readonly address: string;
  readonly input: JsonValue;
  readonly provenance: JsonValue;
  /** Bytes of all its files, without `entry.json`. */
  readonly bytes: number;
}

/** Why an entry could not be used. */
export interface Damage {
  readonly address: string;
  /** Folder or object-store address of the entry, for messages. */
  readonly folder: string;
  readonly problems: readonly string[];
}

/**
 * Artifacts under the hash of what went in. Every method is safe while other processes use the same store.
 */
export interface ArtifactStore {
  /** Where it is, for messages. */
  readonly location: string;
  /**
   * @param input  what went in, plain JSON
   * @returns the artifact, or undefined if there is none or it is damaged (reported through `onDamage`)
   */
  get(input: JsonValue): Promise<Artifact | undefined>;
  /**
   * Stores an artifact; an intact one that is already there stays, a damaged one is replaced.
   *
   * @returns its address
   */
  put(input: JsonValue, content: ArtifactContent, provenance?: JsonValue): Promise<string>;
  /** All addresses, sorted. */
  list(): Promise<string[]>;
  /** Reads one entry and lists everything wrong with it; an empty list means intact, undefined that there is none. */
  inspect(address: string): Promise<readonly string[] | undefined>;
  /** What an entry is about, without reading its files; undefined if there is none or its description is damaged. */
  summary(address: string): Promise<ArtifactSummary | undefined>;
  /** Removes an entry; does nothing if there is none. */
  remove(address: string): Promise<void>;
  /** Removes what killed processes left behind and nobody touched for this long [ms]; returns how many there were. */
  removeStale(olderThanMs: number): Promise<number>;
}
