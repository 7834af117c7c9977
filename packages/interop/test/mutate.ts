import { crc32 } from 'node:zlib';

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes that mean something to parsers: extremes of lengths and counts, signs, ends. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

/** A copy with one to four changes: flipped, extreme or random bytes; pieces removed, repeated, moved; the end cut. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = Uint8Array.from(bytes);
  const changes = 1 + Math.floor(4 * random());
  for (let i = 0; i < changes; i++) result = change(result, random);
  return result;
}

function change(bytes: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const at = place(bytes.length, random);
  const length = 1 + Math.floor(random() ** 3 * 64);
  switch (Math.floor(7 * random())) {
    case 0:
      copy[at] = copy[at]! ^ (1 << Math.floor(8 * random()));
      return copy;
    case 1:
      return copy.fill(EXTREMES[Math.floor(EXTREMES.length * random())]!, at, at + (length % 9));
    case 2:
      for (let i = at; i < Math.min(at + length, copy.length); i++) copy[i] = Math.floor(256 * random());
      return copy;
    case 3:
      return copy.slice(0, at);
    case 4:
      return joined(copy.subarray(0, at), copy.subarray(at + length));
    case 5:
      return joined(copy.subarray(0, at), copy.subarray(Math.max(0, at - length)));
    default: {
      const from = place(bytes.length, random);
      copy.set(
        bytes
          .subarray(from, Math.min(from + length, bytes.length - at + from, bytes.length))
          .slice(0, bytes.length - at),
        at,
      );
      return copy;
    }
  }
}

/** A position; half of them near the beginning or the end, where the structure of most formats is. */
function place(length: number, random: () => number): number {
  const fraction = random() < 0.5 ? random() : random() < 0.5 ? random() ** 4 : 1 - random() ** 4;
  return Math.min(Math.max(0, length - 1), Math.floor(fraction * length));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}

/** A zip archive of files stored without compression, with right checksums, so that readers come to the contents. */
export function storedZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, name]));
    parts.push(header);
    offset += header.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}
