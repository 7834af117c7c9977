import { contentChecksum } from './content-checksum.js';
import type { JsonValue, NetworkDescription } from './description.js';
import { decodeFloat16, encodeFloat16 } from './float16.js';
import type { Network } from './network.js';
import { NetworkError } from './network-error.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from './safetensors.js';
import { SafetensorsError } from './safetensors-error.js';
import { canonicalJson, parseStrictJson } from './strict-json.js';
import { findNetworkProblems } from './validate.js';

/** Key of the file's metadata under which the description stands as JSON. */
const METADATA_KEY = 'opi-snn';
/** Key under which the checksum of description and values stands; files of other programs may lack it. */
const CHECKSUM_KEY = 'opi-snn-sha256';

/** Options of {@link encodeNetwork} and {@link saveNetwork}. */
export interface EncodeNetworkOptions {
  /** F32 (default) keeps every bit; F16 halves the file and rounds to eleven significant bits. */
  readonly dtype?: 'F32' | 'F16';
}

/**
 * A network as the bytes of one safetensors file; its metadata key `opi-snn` holds the description as JSON,
 * `opi-snn-sha256` a checksum over description and values.
 *
 * Equal networks give equal bytes, whatever the order of their maps and keys. F32 reads back bit for bit.
 *
 * @throws NetworkError listing every problem of the network; with F16 also every tensor that its rounding breaks
 *   (a value of 65520 or more, a threshold that becomes 0)
 * @example
 * const bytes = encodeNetwork(network);
 * const same = decodeNetwork(bytes);
 */
export function encodeNetwork(network: Network, options: EncodeNetworkOptions = {}): Uint8Array<ArrayBuffer> {
  const { description } = network;
  const { dtype = 'F32' } = options;
  throwIfAny('encodeNetwork', network);
  const tensors = new Map<string, SafetensorsTensor<'F32' | 'F16'>>();
  for (const [name, { shape, data }] of network.tensors) tensors.set(name, { dtype, shape, data });
  const stored = dtype === 'F16' ? roundToFloat16(network) : network;
  if (dtype === 'F16') throwIfAny('encodeNetwork with dtype F16', stored);
  // A description that passed its schema is plain JSON.
  const json = canonicalJson(description as unknown as JsonValue);
  throwIfUnreadable(network, json);
  const metadata = { [METADATA_KEY]: json, [CHECKSUM_KEY]: contentChecksum(json, stored.tensors) };
  return encodeSafetensors({ tensors, metadata });
}

/**
 * Reads what {@link encodeNetwork} wrote, and trusts nothing: bytes, JSON, description and tensors are checked.
 *
 * @param options.source the file's name for error messages
 * @throws SafetensorsError if the bytes are no whole safetensors file, or one without description, or if values or
 *   description do not have the checksum that stands in the metadata
 * @throws NetworkError listing every problem of description and tensors
 */
export function decodeNetwork(bytes: Uint8Array, options: { readonly source?: string } = {}): Network {
  const { source = 'bytes' } = options;
  const { tensors, metadata } = decodeSafetensors(bytes, { source });
  const description = readDescription(metadata, source);
  const plain = [...tensors].map(([name, { shape, data }]) => [name, { shape, data }] as const);
  const network: Network = { description, tensors: new Map(plain) };
  throwIfAltered(metadata, network.tensors, source);
  throwIfAny('decodeNetwork', network, source);
  return network;
}

function readDescription(metadata: Readonly<Record<string, string>>, source: string): NetworkDescription {
  const refuse = (message: string): never => {
    throw new SafetensorsError('decodeNetwork', source, [{ tensor: null, message }]);
  };
  const json = metadata[METADATA_KEY];
  if (json === undefined) {
    return refuse(
      `metadata must have the key '${METADATA_KEY}' with a description; import other networks first`,
    );
  }
  let description: unknown;
  try {
    description = parseStrictJson(json);
  } catch (error) {
    refuse(
      `metadata '${METADATA_KEY}' must be JSON with unique keys: ${error instanceof Error ? error.message : ''}`,
    );
  }
  if (typeof description !== 'object' || description === null || Array.isArray(description)) {
    return refuse(`metadata '${METADATA_KEY}' must be a JSON object`);
  }
  // Not yet known to be one; the caller validates it before anybody sees it.
  return description as NetworkDescription;
}

/** What decodeNetwork would refuse must not be written: provenance nested too deep, or with a reserved key. */
function throwIfUnreadable({ description }: Network, json: string): void {
  try {
    parseStrictJson(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the description must be readable again: ${reason}`;
    throw new NetworkError('encodeNetwork', description.name, [{ node: null, message }]);
  }
}

function throwIfAltered(
  metadata: Readonly<Record<string, string>>,
  tensors: Network['tensors'],
  source: string,
): void {
  const expected = metadata[CHECKSUM_KEY];
  if (expected === undefined) return;
  const found = contentChecksum(metadata[METADATA_KEY]!, tensors);
  if (found === expected) return;
  const message = `description and values must have the checksum ${expected} of the metadata, got ${found}; the file was altered or damaged`;
  throw new SafetensorsError('decodeNetwork', source, [{ tensor: null, message }]);
}

function roundToFloat16({ description, tensors }: Network): Network {
  const rounded = [...tensors].map(([name, { shape, data }]) => {
    return [name, { shape, data: data.map((value) => decodeFloat16(encodeFloat16(value))) }] as const;
  });
  return { description, tensors: new Map(rounded) };
}

function throwIfAny(caller: string, network: Network, source?: string): void {
  const problems = findNetworkProblems(network);
  if (problems.length > 0) throw new NetworkError(caller, network.description.name, problems, source);
}
