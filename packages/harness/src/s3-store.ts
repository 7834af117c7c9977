import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteObjectCommand, HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describeArtifact, ENTRY_FILE, formatEntry } from './artifact-entry.js';
import { inspectArtifact, isProblems, readEntry, summarise, type Inspection } from './artifact-inspection.js';
import type { Artifact, ArtifactContent, ArtifactStore, ArtifactSummary, Damage } from './artifact.js';
import type { JsonValue } from './canonical-json.js';
import { contentAddress } from './hash.js';
import { parseS3Address, type S3Address } from './s3-address.js';
import { s3StorageError } from './s3-error.js';

export type { S3Address } from './s3-address.js';
export { parseS3Address } from './s3-address.js';

/** How an S3 store behaves. */
export interface S3StoreOptions {
  /** Told of every damaged entry that was met; it is treated as missing and replaced by the next `put`. */
  onDamage?(damage: Damage): void;
}

/**
 * Opens a store in a bucket of Amazon S3 or any server that speaks its protocol. Needs the peer dependency
 * `@aws-sdk/client-s3`.
 *
 * An artifact's files lie under `PREFIX/objects/ab/abcd…/SHA256.NAME`, its description under `…/entry.json`. Every
 * object is there as a whole or not at all; a file's key contains its checksum, so that no writer ever alters what
 * another one's description names; the description comes last and makes the artifact visible. Nothing needs a lock.
 *
 * @param address  see {@link parseS3Address}; credentials come from the environment, as for all AWS tools
 * @param options  what to do about damage
 * @returns the store
 * @throws RangeError if the address is malformed, StorageError if the bucket cannot be reached
 */
export async function openS3Store(address: string, options: S3StoreOptions = {}): Promise<ArtifactStore> {
  const parsed = parseS3Address(address);
  const { endpoint, region, pathStyle, bucket } = parsed;
  const client = new S3Client({
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
  const store = new S3ArtifactStore(client, parsed, options);
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    throw s3StorageError(error, store.location);
  }
  return store;
}

interface StoredObject {
  readonly key: string;
  readonly modified: number;
}

class S3ArtifactStore implements ArtifactStore {
  readonly location: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #objects: string;
  readonly #onDamage: (damage: Damage) => void;

  constructor(client: S3Client, { bucket, prefix }: S3Address, options: S3StoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#objects = prefix === '' ? 'objects/' : `${prefix}/objects/`;
    this.location = `s3://${bucket}/${prefix}`;
    this.#onDamage = (damage): void => options.onDamage?.(damage);
  }

  async get(input: JsonValue): Promise<Artifact | undefined> {
    const address = contentAddress(input);
    const found = await this.#read(address);
    if (found.state === 'intact') return found.artifact;
    if (found.state === 'damaged') {
      const folder = `s3://${this.#bucket}/${this.#folderOf(address)}`;
      this.#onDamage({ address, folder, problems: found.problems });
    }
    return undefined;
  }

  async put(input: JsonValue, content: ArtifactContent, provenance: JsonValue = null): Promise<string> {
    const entry = describeArtifact(input, content, provenance);
    const { address } = entry;
    if ((await this.#read(address)).state === 'intact') return address;
    for (const [name, bytes] of Object.entries(content.files)) {
      await this.#write(this.#keyOf(address, name, entry.files[name]!.sha256), bytes);
    }
    await this.#write(this.#keyOf(address, ENTRY_FILE), formatEntry(entry));
    return address;
  }

  async list(): Promise<string[]> {
    const objects = await this.#listObjects(this.#objects);
    const entries = objects.filter(({ key }) => key.endsWith(`/${ENTRY_FILE}`));
    return entries.flatMap(({ key }) => addressIn(key) ?? []).sort();
  }

  async inspect(address: string): Promise<readonly string[] | undefined> {
    const found = await this.#read(address);
    if (found.state === 'missing') return undefined;
    return found.state === 'intact' ? [] : found.problems;
  }

  async summary(address: string): Promise<ArtifactSummary | undefined> {
    const entry = await readEntry(address, this.#reader(address));
    return entry === undefined || isProblems(entry) ? undefined : summarise(entry);
  }

  /** The description goes first: what is left of a removal that was cut off is invisible, and stale later. */
  async remove(address: string): Promise<void> {
    await this.#delete(this.#keyOf(address, ENTRY_FILE));
    const rest = await this.#listObjects(this.#folderOf(address));
    for (const { key } of rest) await this.#delete(key);
  }

  /** Files without a description: their writer was killed, or their entry removed. */
  async removeStale(olderThanMs: number): Promise<number> {
    const objects = await this.#listObjects(this.#objects);
    const described = new Set(
      objects.filter(({ key }) => key.endsWith(`/${ENTRY_FILE}`)).map(({ key }) => addressIn(key)),
    );
    const stale = objects.filter(
      ({ key, modified }) => !described.has(addressIn(key)) && Date.now() - modified >= olderThanMs,
    );
    for (const { key } of stale) await this.#delete(key);
    return stale.length;
  }

  #folderOf(address: string): string {
    return `${this.#objects}${address.slice(0, 2)}/${address}/`;
  }

  #keyOf(address: string, name: string, checksum?: string): string {
    return `${this.#folderOf(address)}${checksum === undefined ? name : `${checksum}.${name}`}`;
  }

  #reader(address: string): (name: string, checksum?: string) => Promise<Uint8Array | undefined> {
    return async (name, checksum) => {
      try {
        const Key = this.#keyOf(address, name, checksum);
        const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
        return await Body!.transformToByteArray();
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw s3StorageError(error, this.location);
      }
    };
  }

  #read(address: string): Promise<Inspection> {
    return inspectArtifact(address, this.#reader(address));
  }

  async #write(Key: string, Body: Uint8Array | string): Promise<void> {
    await this.#send(() => this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body })));
  }

  async #delete(Key: string): Promise<void> {
    await this.#send(() => this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key })));
  }

  async #listObjects(Prefix: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      });
      const page = await this.#send(() => this.#client.send(command));
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) found.push({ key: Key, modified: LastModified?.getTime() ?? 0 });
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  }

  async #send<Output>(send: () => Promise<Output>): Promise<Output> {
    try {
      return await send();
    } catch (error) {
      throw s3StorageError(error, this.location);
    }
  }
}

function addressIn(key: string): string | undefined {
  return /\/([0-9a-f]{64})\/[^/]+$/u.exec(key)?.[1];
}
