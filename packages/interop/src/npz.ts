import { decodeFloat16 } from '@opi-snn/network';
import { ImportError, Refusal } from './import-error.js';
import { readZip } from './zip.js';

/** An array of numbers as numpy saved it, row-major. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Numbers of one array; more than sample images and logits need. */
const MOST_VALUES = 2 ** 26;

/**
 * Reads the arrays of an `.npz` file (`numpy.savez` or `numpy.savez_compressed`), by name.
 *
 * Floating-point and integer arrays of either byte order, in C or Fortran order; nothing pickled.
 *
 * @param source the file's name for error messages
 * @throws ImportError if the file is no such archive, or listing every array that is of another kind or damaged
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function readNpz(bytes: Uint8Array, source = 'bytes'): Promise<ReadonlyMap<string, NumpyArray>> {
  const arrays = new Map<string, NumpyArray>();
  const problems: { node: string | null; message: string; remedy: string }[] = [];
  const guarded = async (node: string | null, action: () => void | Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ node, message: error.message, remedy: error.remedy });
    }
  };
  await guarded(null, async () => {
    const files = await readZip(bytes, (path) => path.endsWith('.npy'));
    for (const [path, content] of files) {
      const name = path.replace(/\.npy$/, '');
      await guarded(name, () => {
        arrays.set(name, readNpy(content));
      });
    }
  });
  if (problems.length > 0) throw new ImportError('readNpz', source, problems);
  return arrays;
}

/** \x93NUMPY */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** One `.npy` file. */
function readNpy(bytes: Uint8Array): NumpyArray {
  const remedy = 'Write it with numpy.savez(file, input=…, logits=…)';
  const major = bytes[6] ?? 0;
  if (MAGIC.some((byte, i) => bytes[i] !== byte) || major < 1 || major > 3 || bytes.length < 12) {
    throw new Refusal('it is no array of numpy', remedy);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = new TextDecoder().decode(bytes.subarray(start, start + Math.min(length, 10_000)));
  const descr = /'descr':\s*'([<>|=]?)([fiub])(\d+)'/.exec(header);
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (descr === null || shapeText === undefined) {
    throw new Refusal('its header names no array of plain numbers', remedy);
  }
  const shape = shapeText
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(Number);
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!(count <= MOST_VALUES) || shape.length > 32) {
    throw new Refusal(`its shape is [${shape.slice(0, 8).join(', ')}]`, 'Give fewer samples');
  }
  const [, order, kind, size] = descr as unknown as [string, string, string, string];
  const values = readValues(bytes.subarray(start + length), kind + size, order !== '>', count);
  if (values === undefined) throw new Refusal(`its numbers are of kind ${kind}${size}`, remedy);
  const isFortran = header.includes("'fortran_order': True");
  return { shape, data: isFortran ? toRowMajor(values, shape) : values };
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const KINDS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['f2', (view, at, little) => decodeFloat16(view.getUint16(at, little))],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
  ['i1', (view, at) => view.getInt8(at)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['u1', (view, at) => view.getUint8(at)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['b1', (view, at) => view.getUint8(at)],
]);

function readValues(
  bytes: Uint8Array,
  kind: string,
  littleEndian: boolean,
  count: number,
): Float64Array | undefined {
  const read = KINDS.get(kind);
  if (read === undefined) return undefined;
  const size = Number(kind.slice(1));
  if (bytes.length !== count * size) {
    throw new Refusal(`it must have ${count * size} bytes of numbers, got ${bytes.length}`, 'Write it again');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) => read(view, i * size, littleEndian));
}

function toRowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  return values.map((_, index) => {
    let [rest, source, stride] = [index, 0, values.length];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const position = rest % shape[axis]!;
      rest = (rest - position) / shape[axis]!;
      stride /= shape[axis]!;
      source += position * stride;
    }
    return values[source]!;
  });
}
