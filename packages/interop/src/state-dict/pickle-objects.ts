import { isPickled, type Pickled, type PickledStorage, type PickledTensor } from './pickle-values.js';
import { Refusal } from '../import-error.js';

const DAMAGED = 'The file is damaged or not written by torch.save; write it again';

/** Kinds of number that a storage may hold, with their size in bytes. */
export const STORAGE_BYTES: ReadonlyMap<string, number> = new Map([
  ['FloatStorage', 4],
  ['DoubleStorage', 8],
  ['HalfStorage', 2],
  ['BFloat16Storage', 2],
  ['LongStorage', 8],
  ['IntStorage', 4],
  ['ShortStorage', 2],
  ['CharStorage', 1],
  ['ByteStorage', 1],
  ['BoolStorage', 1],
]);

/** Classes and functions that a state dict consists of. */
const ADMITTED = new Set([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
  ...[...STORAGE_BYTES.keys()].map((type) => `torch.${type}`),
]);

/** Whether a class or function may occur. */
export function isAdmitted(name: string): boolean {
  return ADMITTED.has(name);
}

/**
 * What calling an admitted function with these arguments means, without any call: a table of four cases.
 *
 * @throws Refusal if the arguments are not what the function takes
 */
export function meaningOfCall(name: string, args: readonly Pickled[]): Pickled {
  switch (name) {
    case 'collections.OrderedDict':
      if (args.length === 0) return { kind: 'dictionary', entries: new Map() };
      break;
    case 'torch._utils._rebuild_tensor_v2':
      return tensorOf(args);
    case 'torch._utils._rebuild_parameter': {
      const [tensor] = args;
      if (isPickled(tensor, 'tensor')) return tensor;
      break;
    }
    case 'torch.Size':
      if (isPickled(args[0], 'tuple') || isPickled(args[0], 'list')) return args[0];
      break;
  }
  throw new Refusal(`${name} is called with unexpected arguments`, DAMAGED);
}

/** A persistent id: ('storage', type, key, device, length), in old files with a sixth entry for views. */
export function storageOf(id: Pickled): PickledStorage {
  const [tag, type, key, , length, view] = isPickled(id, 'tuple') ? id.items : [];
  const name = isPickled(type, 'global') ? type.name.replace(/^torch\./, '') : '';
  const isCount = typeof length === 'number' && Number.isSafeInteger(length) && length >= 0;
  if (tag !== 'storage' || !STORAGE_BYTES.has(name) || typeof key !== 'string' || !isCount) {
    throw new Refusal('a tensor refers to numbers in an unknown way', DAMAGED);
  }
  if (view !== undefined && view !== null) {
    throw new Refusal(
      'a storage is a view of another one',
      'Save the state dict again with a current PyTorch',
    );
  }
  return { kind: 'storage', type: name, key, length };
}

function tensorOf([storage, offset, shape, strides]: readonly Pickled[]): PickledTensor {
  const [extents, steps] = [wholeNumbers(shape), wholeNumbers(strides)];
  const first = wholeNumbers({ kind: 'tuple', items: [offset ?? null] })?.[0];
  if (!isPickled(storage, 'storage') || first === undefined || extents === undefined || steps === undefined) {
    throw new Refusal('a tensor has no storage, shape or strides', DAMAGED);
  }
  const count = extents.reduce((product, extent) => product * extent, 1);
  const last = extents.reduce((sum, extent, axis) => sum + (extent - 1) * (steps[axis] ?? 0), first);
  const fits = count === 0 || (count <= storage.length && last < storage.length);
  if (extents.length !== steps.length || !fits) {
    throw new Refusal(
      `a tensor of shape [${extents.slice(0, 8).join(', ')}] reaches beyond its ${storage.length} numbers`,
      DAMAGED,
    );
  }
  return { kind: 'tensor', storage, offset: first, shape: extents, strides: steps };
}

function wholeNumbers(value: Pickled | undefined): readonly number[] | undefined {
  if (!isPickled(value, 'tuple') || value.items.length > 16) return undefined;
  const numbers = value.items.filter((item): item is number => {
    return typeof item === 'number' && Number.isSafeInteger(item) && item >= 0;
  });
  return numbers.length === value.items.length ? numbers : undefined;
}
