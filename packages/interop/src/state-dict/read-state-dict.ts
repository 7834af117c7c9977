import { decodeSafetensors, SAFETENSORS_DTYPES, SafetensorsError } from '@opi-snn/network';
import { isPickled, type PickledDictionary } from './pickle-values.js';
import { type PthContent, readPth } from './read-pth.js';
import type { StateDict, StateTensor } from './state-dict.js';
import { ImportError, Refusal } from '../import-error.js';

/** Options of {@link readStateDict}. */
export interface ReadStateDictOptions {
  /** The file's name for error messages; its ending does not matter. */
  readonly source?: string;
  /** Key of the state dict inside a larger checkpoint; by default the only or best known one. */
  readonly entry?: string;
}

/** Keys under which training scripts keep a network's state dict, most specific first. */
const USUAL_ENTRIES = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights'];

/**
 * Reads a state dict: a `.pth` file of `torch.save` (zip or legacy format) or a safetensors file.
 *
 * Nothing in the file is executed; a `.pth` that holds anything but tensors, plain values and (ordered) dictionaries
 * is refused. A common prefix `module.` (DataParallel) is dropped.
 *
 * @throws ImportError naming what is wrong and what to do
 */
export async function readStateDict(
  bytes: Uint8Array,
  options: ReadStateDictOptions = {},
): Promise<StateDict> {
  const { source = 'bytes' } = options;
  try {
    // The length of a safetensors header may begin with the `P` of a zip file, and even with its `PK`: not with all four.
    const isZip = [0x50, 0x4b, 0x03, 0x04].every((byte, i) => bytes[i] === byte);
    const isSafetensors = bytes[8] === 0x7b && !isZip;
    const content = isSafetensors
      ? fromSafetensors(bytes, source)
      : fromPth(await readPth(bytes), options.entry);
    return withNamedRefusals(withoutModulePrefix(content), source);
  } catch (error) {
    if (error instanceof SafetensorsError) {
      const problems = error.problems.map(({ tensor, message }) => {
        return { node: tensor, message, remedy: 'Write the file again' };
      });
      throw new ImportError('readStateDict', source, problems, error);
    }
    if (!(error instanceof Refusal)) throw error;
    const problem = { node: null, message: error.message, remedy: error.remedy };
    throw new ImportError('readStateDict', source, [problem], error);
  }
}

const FLOATS: readonly string[] = ['F64', 'F32', 'F16', 'BF16'];

function fromSafetensors(bytes: Uint8Array, source: string): StateDict {
  const content = decodeSafetensors(bytes, { source, dtypes: SAFETENSORS_DTYPES });
  const tensors = [...content.tensors].map(([key, { shape, dtype, data }]): [string, StateTensor] => {
    const read = (): Float32Array => Float32Array.from(data as Float32Array);
    return [key, { shape, isFloat: FLOATS.includes(dtype), read }];
  });
  return { tensors: new Map(tensors), isInModuleOrder: false, format: 'safetensors', notes: [] };
}

function fromPth({ value, tensorOf }: PthContent, entry: string | undefined): StateDict {
  if (!isPickled(value, 'dictionary')) {
    throw new Refusal('it holds no dictionary', 'Save the state dict: torch.save(model.state_dict(), file)');
  }
  const { dictionary, notes } = chooseEntry(value, entry);
  const tensors = new Map<string, StateTensor>();
  for (const [key, item] of dictionary.entries) {
    if (isPickled(item, 'tensor')) tensors.set(String(key), tensorOf(item));
  }
  return { tensors, isInModuleOrder: true, format: 'pth', notes };
}

/** The dictionary that holds the tensors: the file's own, or one inside. */
function chooseEntry(
  root: PickledDictionary,
  entry: string | undefined,
): { readonly dictionary: PickledDictionary; readonly notes: readonly string[] } {
  const inner = [...root.entries].filter((pair): pair is [string, PickledDictionary] => {
    return typeof pair[0] === 'string' && isPickled(pair[1], 'dictionary') && holdsTensors(pair[1]);
  });
  const names = inner.map(([key]) => JSON.stringify(key)).join(', ') || 'none';
  if (entry !== undefined) {
    const chosen = inner.find(([key]) => key === entry);
    if (chosen !== undefined) return { dictionary: chosen[1], notes: [] };
    throw new Refusal(
      `it has no state dict ${JSON.stringify(entry)}; there are: ${names}`,
      'Name one of these (--entry)',
    );
  }
  if (holdsTensors(root)) return { dictionary: root, notes: [] };
  const usual = USUAL_ENTRIES.map((key) => inner.find((pair) => pair[0] === key)).find(
    (pair) => pair !== undefined,
  );
  const chosen = inner.length === 1 ? inner[0] : usual;
  if (chosen !== undefined) {
    return { dictionary: chosen[1], notes: [`State dict ${JSON.stringify(chosen[0])} of the checkpoint.`] };
  }
  throw new Refusal(
    inner.length === 0 ? 'it holds no tensors' : `it holds several state dicts: ${names}`,
    inner.length === 0
      ? 'Save the state dict: torch.save(model.state_dict(), file)'
      : 'Name one of these (--entry)',
  );
}

function holdsTensors({ entries }: PickledDictionary): boolean {
  return [...entries.values()].some((item) => isPickled(item, 'tensor'));
}

function withoutModulePrefix(content: StateDict): StateDict {
  const keys = [...content.tensors.keys()];
  if (keys.length === 0 || !keys.every((key) => key.startsWith('module.'))) return content;
  const tensors = [...content.tensors].map(([key, tensor]) => [key.slice('module.'.length), tensor] as const);
  return { ...content, tensors: new Map(tensors), notes: [...content.notes, 'Prefix "module." dropped.'] };
}

/** Numbers are read when asked for; what is wrong with them is then told with key and file. */
function withNamedRefusals(content: StateDict, source: string): StateDict {
  const tensors = [...content.tensors].map(([key, tensor]): [string, StateTensor] => {
    const read = (): Float32Array => {
      try {
        return tensor.read();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const problem = { node: key, message: error.message, remedy: error.remedy };
        throw new ImportError('readStateDict', source, [problem], error);
      }
    };
    return [key, { ...tensor, read }];
  });
  return { ...content, tensors: new Map(tensors) };
}
