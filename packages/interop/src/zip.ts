import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { Refusal } from './import-error.js';

/** Files in an archive that are looked at. */
const MOST_ENTRIES = 100_000;

/** Bytes that all compressed files of an archive may unpack to: half a gigabyte, besides what stands there unpacked. */
const MOST_INFLATED_BYTES = 2 ** 29;

/**
 * Reads the files of a zip archive; sizes are checked before anything is allocated, checksums afterwards.
 *
 * @param wants which files to unpack, by path inside the archive
 * @returns their bytes by path; files stored without compression are views of `bytes`
 * @throws Refusal if the archive is damaged, encrypted, repeats a path, or unpacks to more than is reasonable
 * @internal
 */
export async function readZip(
  bytes: Uint8Array,
  wants: (path: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let inflated = 0;
  try {
    // Paths are only names here, never written to; names that would be unsafe to unpack are refused by yauzl.
    const archive = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (archive.entryCount > MOST_ENTRIES) throw new Error(`it holds ${archive.entryCount} files`);
    for await (const entry of archive.eachEntry()) {
      const path = entry.fileName;
      if (path.endsWith('/') || !wants(path)) continue;
      if (files.has(path)) throw new Error(`${path} occurs twice`);
      if (entry.isEncrypted()) throw new Error(`${path} is encrypted`);
      inflated += entry.compressionMethod === 0 ? 0 : entry.uncompressedSize;
      if (inflated > MOST_INFLATED_BYTES) throw new Error(`it claims to unpack to ${inflated} bytes`);
      files.set(path, await readEntry(archive, entry, bytes));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      `the zip archive cannot be read: ${reason}`,
      'The file is cut or damaged; write it again',
    );
  }
  return files;
}

const STORED = 0;
const DEFLATED = 8;

async function readEntry(archive: ZipFile, entry: Entry, bytes: Uint8Array): Promise<Uint8Array> {
  const { fileName, compressionMethod, compressedSize, uncompressedSize } = entry;
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    throw new Error(`${fileName} is compressed by method ${compressionMethod}`);
  }
  const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
  const packed = bytes.subarray(fileDataStart, fileDataStart + compressedSize);
  const content =
    compressionMethod === STORED
      ? packed
      : inflateRawSync(packed, { maxOutputLength: Math.max(1, uncompressedSize) });
  if (content.length !== uncompressedSize || crc32(content) !== entry.crc32) {
    throw new Error(`${fileName} does not match its checksum`);
  }
  return content;
}
