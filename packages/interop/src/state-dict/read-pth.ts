import { decodeBfloat16, decodeFloat16 } from '@opi-snn/network';
import { STORAGE_BYTES } from './pickle-objects.js';
import { isPickled, type Pickled, type PickledStorage, type PickledTensor } from './pickle-values.js';
import { readPickle, type ReadPickle } from './read-pickle.js';
import type { StateTensor } from './state-dict.js';
import { Refusal } from '../import-error.js';
import { readZip } from '../zip.js';

/** Bytes of the numbers of one storage, little-endian. */
type Storages = (storage: PickledStorage) => Uint8Array;

/** A pickled value and its tensors' numbers. */
export interface PthContent {
  readonly value: Pickled;
  readonly tensorOf: (tensor: PickledTensor) => StateTensor;
}

const SAVE_STATE_DICT = 'Save the state dict alone: torch.save(model.state_dict(), file)';
const DAMAGED = 'The file is cut, damaged, or not written by torch.save; write it again';

/**
 * Reads a file of `torch.save`: the zip format of PyTorch 1.6 and later, or the format before it.
 *
 * @throws Refusal if it is neither, holds classes other than tensors and plain values, or is damaged
 */
export async function readPth(bytes: Uint8Array): Promise<PthContent> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { pickle, storages } = isZip ? await readZipFormat(bytes) : readLegacyFormat(bytes);
  refuseGlobals(pickle);
  return { value: pickle.value, tensorOf: (tensor) => stateTensor(tensor, storages) };
}

interface ReadFile {
  readonly pickle: ReadPickle;
  readonly storages: Storages;
}

async function readZipFormat(bytes: Uint8Array): Promise<ReadFile> {
  const files = await readZip(bytes, () => true);
  const path = [...files.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (path === undefined) throw new Refusal('the archive holds no data.pkl', DAMAGED);
  const folder = path.slice(0, -'data.pkl'.length);
  const byteOrder = files.get(`${folder}byteorder`);
  if (byteOrder !== undefined && new TextDecoder().decode(byteOrder) !== 'little') {
    throw new Refusal('its numbers are big-endian', 'Save it on a little-endian machine');
  }
  const storages: Storages = ({ key, type, length }) => {
    const content = files.get(`${folder}data/${key}`);
    return exactBytes(content, key, length * STORAGE_BYTES.get(type)!);
  };
  return { pickle: readPickle(files.get(path)!, 0), storages };
}

/** First number of a file in the legacy format. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_VERSION = 1001;

/**
 * Pickles of magic number, version, machine, the value, and the keys of the storages; then for each of those its
 * number of values (64 bits) and the values.
 */
function readLegacyFormat(bytes: Uint8Array): ReadFile {
  const unknown = new Refusal(
    'it is no file of torch.save',
    'Give a .pth file written by torch.save (PyTorch 0.2 or later), or export to ONNX',
  );
  if (bytes[0] !== 0x80) throw unknown;
  const magic = readPickle(bytes, 0);
  if (magic.value !== LEGACY_MAGIC) throw unknown;
  const version = readPickle(bytes, magic.end);
  if (version.value !== LEGACY_VERSION) throw unknown;
  const machine = readPickle(bytes, version.end);
  if (isPickled(machine.value, 'dictionary') && machine.value.entries.get('little_endian') === false) {
    throw new Refusal('its numbers are big-endian', 'Save it on a little-endian machine');
  }
  const pickle = readPickle(bytes, machine.end);
  refuseGlobals(pickle);
  const keys = readPickle(bytes, pickle.end);
  const storageTypes = collectStorages(pickle.value);
  const contents = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = keys.end;
  for (const key of isPickled(keys.value, 'list') ? keys.value.items : []) {
    const storage = typeof key === 'string' ? storageTypes.get(key) : undefined;
    if (storage === undefined || at + 8 > bytes.length)
      throw new Refusal('its list of storages is wrong', DAMAGED);
    const length = Number(view.getBigUint64(at, true)) * STORAGE_BYTES.get(storage.type)!;
    contents.set(storage.key, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const storages: Storages = ({ key, type, length }) => {
    return exactBytes(contents.get(key), key, length * STORAGE_BYTES.get(type)!);
  };
  return { pickle, storages };
}

function exactBytes(content: Uint8Array | undefined, key: string, length: number): Uint8Array {
  if (content?.length === length) return content;
  const found = content === undefined ? 'none' : String(content.length);
  throw new Refusal(`storage ${key} must have ${length} bytes, the file has ${found}`, DAMAGED);
}

function refuseGlobals({ refusedGlobals }: ReadPickle): void {
  if (refusedGlobals.size === 0) return;
  const names = [...refusedGlobals].slice(0, 20).join(', ');
  throw new Refusal(`it holds objects other than tensors: ${names}`, SAVE_STATE_DICT);
}

/** Storages of all tensors in a value, by key; a value that occurs many times is visited once. */
function collectStorages(root: Pickled): ReadonlyMap<string, PickledStorage> {
  const storages = new Map<string, PickledStorage>();
  const seen = new Set<Pickled>();
  const pending: Pickled[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value.kind === 'tensor') storages.set(value.storage.key, value.storage);
    else if (value.kind === 'storage') storages.set(value.key, value);
    else if (value.kind === 'dictionary') for (const item of value.entries.values()) pending.push(item);
    else if (value.kind === 'tuple' || value.kind === 'list')
      for (const item of value.items) pending.push(item);
  }
  return storages;
}

type Read = (view: DataView, at: number) => number;

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['FloatStorage', (view, at) => view.getFloat32(at, true)],
  ['DoubleStorage', (view, at) => view.getFloat64(at, true)],
  ['HalfStorage', (view, at) => decodeFloat16(view.getUint16(at, true))],
  ['BFloat16Storage', (view, at) => decodeBfloat16(view.getUint16(at, true))],
]);

function stateTensor(tensor: PickledTensor, storages: Storages): StateTensor {
  const { shape, strides, offset, storage } = tensor;
  const readNumber = READERS.get(storage.type);
  const read = (): Float32Array => {
    if (readNumber === undefined)
      throw new Refusal(`it holds ${storage.type}`, 'Save floating-point tensors');
    const bytes = storages(storage);
    const size = STORAGE_BYTES.get(storage.type)!;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = shape.reduce((product, extent) => product * extent, 1);
    return Float32Array.from({ length: count }, (_, index) => {
      let [rest, source] = [index, offset];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const position = rest % shape[axis]!;
        rest = (rest - position) / shape[axis]!;
        source += position * strides[axis]!;
      }
      return readNumber(view, source * size);
    });
  };
  return { shape, isFloat: readNumber !== undefined, read };
}
