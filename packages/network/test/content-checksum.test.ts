import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildSmallVgg,
  decodeNetwork,
  decodeSafetensors,
  encodeNetwork,
  encodeSafetensors,
  initializeTensors,
  type Network,
} from '../src/index.js';

const description = buildSmallVgg({ classes: 3, width: 0.25 });
const network: Network = { description, tensors: initializeTensors(description, { seed: 1 }) };

/** Where the values begin: after eight bytes of length and the header. */
function startOfValues(bytes: Uint8Array): number {
  return 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

describe('the checksum of a checkpoint', () => {
  test('is SHA-256 over the description and the values, by ascending key', () => {
    const { metadata, tensors } = decodeSafetensors(encodeNetwork(network));
    const hash = createHash('sha256').update(`${metadata['opi-snn']!}\n`);
    for (const key of [...tensors.keys()].sort()) {
      const { shape, data } = tensors.get(key)!;
      hash.update(`${key} [${shape.join(',')}]\n`);
      for (const value of data) {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatLE(value);
        hash.update(bytes);
      }
    }
    expect(metadata['opi-snn-sha256']).toBe(hash.digest('hex'));
  });

  test.each(['F32', 'F16'] as const)('holds for what %s keeps', (dtype) => {
    expect(decodeNetwork(encodeNetwork(network, { dtype })).description).toEqual(description);
  });

  test('finds any single altered bit among the values', () => {
    const bytes = encodeNetwork(network);
    const start = startOfValues(bytes);
    fc.assert(
      fc.property(
        fc.integer({ min: start, max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (place, bit) => {
          const altered = Uint8Array.from(bytes);
          altered[place]! ^= 1 << bit;
          expect(() => decodeNetwork(altered, { source: 'a.safetensors' })).toThrow(
            /a\.safetensors[^]*description and values must have the checksum [0-9a-f]{64} of the metadata, got [0-9a-f]{64}; the file was altered or damaged/u,
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  test('finds an altered description', () => {
    const { metadata, tensors } = decodeSafetensors(encodeNetwork(network));
    const other = { ...metadata, 'opi-snn': metadata['opi-snn']!.replace(description.name, 'another') };
    expect(() => decodeNetwork(encodeSafetensors({ tensors, metadata: other }))).toThrow(/was altered/u);
  });

  test('may be missing, as in files of other programs', () => {
    const { metadata, tensors } = decodeSafetensors(encodeNetwork(network));
    const bytes = encodeSafetensors({ tensors, metadata: { 'opi-snn': metadata['opi-snn']! } });
    expect(decodeNetwork(bytes).description).toEqual(description);
  });
});
