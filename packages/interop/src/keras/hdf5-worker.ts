import { parentPort } from 'node:worker_threads';

/** A file to read; answers come in the order of the files. */
export interface Hdf5Order {
  readonly bytes: Uint8Array;
}

/** One array of a file. */
export interface Hdf5Dataset {
  /** Without the slash before it. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Attribute `name` of the group that holds it, if there is one. */
  readonly owner: string | undefined;
}

/** First message: the library has started. */
export const READY = 'ready';

/** What a file holds, or why it cannot be read. */
export type Hdf5Answer =
  | { readonly modelConfig: string | undefined; readonly datasets: readonly Hdf5Dataset[] }
  | { readonly refusal: string };

/** The library's own memory may grow to this [bytes]: a small file that asks for more is damaged or means harm. */
const MOST_MEMORY = 2 ** 29;
/** Groups in groups, and objects in all, of any Keras model that can be imported; a file may claim circles of them. */
const DEEPEST = 12;
const MOST_OBJECTS = 20_000;

/** A file that the library can read, but that is no model. */
class Unacceptable extends Error {
  override readonly name = 'Unacceptable';
}

/** What is needed of WebAssembly, whose types come with a browser's. */
interface WasmRuntime {
  readonly Memory: {
    readonly prototype: { grow(this: { readonly buffer: ArrayBuffer }, pages: number): number };
  };
  readonly RuntimeError: new () => Error;
}
const { Memory, RuntimeError } = (globalThis as unknown as { readonly WebAssembly: WasmRuntime }).WebAssembly;

limitMemory();
// The library writes what it finds wrong to the console before it reports it.
console.error = () => undefined;
const library = await import('h5wasm');
const { FS } = await library.ready;

parentPort!.postMessage(READY);
parentPort!.on('message', ({ bytes }: Hdf5Order) => {
  parentPort!.postMessage(read(bytes));
});

function limitMemory(): void {
  const { prototype } = Memory;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its memory below
  const { grow } = prototype;
  prototype.grow = function (pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > MOST_MEMORY) throw new RangeError('no more memory');
    return grow.call(this, pages);
  };
}

/** The file lies in the library's memory: links to other files find nothing. */
function read(bytes: Uint8Array): Hdf5Answer {
  FS.writeFile('/model.h5', bytes);
  try {
    const file = new library.File('/model.h5', 'r');
    try {
      const datasets: Hdf5Dataset[] = [];
      collect(file, { datasets, depth: 0, objects: { left: MOST_OBJECTS }, bytes: bytes.length });
      return { modelConfig: textAttribute(file, 'model_config'), datasets };
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    if (error instanceof Unacceptable) return { refusal: error.message };
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return { refusal: `it is no HDF5 file that can be read (${reason})` };
  } finally {
    FS.unlink('/model.h5');
  }
}

interface Collection {
  readonly datasets: Hdf5Dataset[];
  readonly depth: number;
  readonly objects: { left: number };
  /** Of the file: no array in it can be larger. */
  readonly bytes: number;
}

function collect(group: InstanceType<typeof library.Group>, collection: Collection): void {
  if (collection.depth > DEEPEST) throw new Unacceptable('its groups are nested too deeply');
  const owner = textAttribute(group, 'name');
  for (const name of group.keys()) {
    if (--collection.objects.left < 0) throw new Unacceptable('it holds too many objects');
    const child = group.get(name);
    if (child instanceof library.Group) collect(child, { ...collection, depth: collection.depth + 1 });
    else if (child instanceof library.Dataset) {
      const dataset = readDataset(child, collection.bytes);
      if (dataset !== undefined) collection.datasets.push({ ...dataset, path: plain(child.path), owner });
    }
  }
}

/** Numbers of one array; undefined for what is not an array of numbers, such as texts. */
function readDataset(
  dataset: InstanceType<typeof library.Dataset>,
  fileBytes: number,
): Pick<Hdf5Dataset, 'shape' | 'data'> | undefined {
  const { shape, dtype, path } = dataset;
  if (shape === null || typeof dtype !== 'string' || !/^[<>]?[bBhHiIqQefd]$/.test(dtype)) return undefined;
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(count) || count * 2 > fileBytes) {
    throw new Unacceptable(
      `array ${plain(path)} claims ${shape.join(' x ')} values, more than the file holds`,
    );
  }
  // Integers, such as the step of an optimizer, are no weights.
  if (/[bBhHiIqQ]$/.test(dtype)) return undefined;
  if (dtype !== '<f') throw new Unacceptable(`array ${plain(path)} is of type ${dtype}, not plain float32`);
  const { value } = dataset;
  if (value instanceof Float32Array && value.length === count)
    return { shape: [...shape], data: value.slice() };
  if (typeof value === 'number' && count === 1) return { shape: [...shape], data: Float32Array.of(value) };
  throw new Unacceptable(`array ${plain(path)} cannot be read`);
}

function textAttribute({ attrs }: InstanceType<typeof library.Group>, name: string): string | undefined {
  const value: unknown = attrs[name]?.value;
  return typeof value === 'string' ? value : undefined;
}

/** A path without the slash before it. */
function plain(path: string): string {
  return path.replace(/^\/+/, '');
}
