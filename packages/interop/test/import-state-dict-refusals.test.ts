import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSafetensors } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { ImportError, importStateDict, readStateDict } from '../src/index.js';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const read = (name: string): Promise<Buffer> => readFile(join(FIXTURES, name));

/** A file in the legacy format whose fourth pickle, the value, is given as opcodes; texts stand for themselves. */
function legacyFile(...value: readonly (number | string)[]): Uint8Array {
  const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  const version = [0x80, 2, 0x4d, 0xe9, 0x03, 0x2e];
  const machine = [0x80, 2, 0x7d, 0x2e];
  const bytes = value.flatMap((item) =>
    typeof item === 'number' ? [item] : [...new TextEncoder().encode(item)],
  );
  const keys = [0x80, 2, 0x5d, 0x2e];
  return Uint8Array.from([...magic, ...version, ...machine, 0x80, 2, ...bytes, ...keys]);
}

const STOP = 0x2e;
const EMPTY_DICT = 0x7d;
const MARK = 0x28;
const TUPLE = 0x74;
const REDUCE = 0x52;
const text = (value: string): (number | string)[] => [0x8c, value.length, value];

describe('readStateDict', () => {
  test('takes a safetensors file whose header has a length that begins like a zip file', async () => {
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }).padEnd(0x50);
    const file = Buffer.alloc(8 + header.length + 4);
    file.writeBigUInt64LE(BigInt(header.length));
    file.write(header, 8);
    file.writeFloatLE(1.5, 8 + header.length);
    const { tensors, format } = await readStateDict(file);
    expect(format).toBe('safetensors');
    expect([...tensors.get('w')!.read()]).toEqual([1.5]);
    await expect(readStateDict(file.subarray(0, 60))).rejects.toThrow(/the file is truncated/u);
  });

  test('names every class of a whole model and executes none', async () => {
    await expect(readStateDict(await read('whole-model.pth'), { source: 'whole-model.pth' })).rejects.toThrow(
      /^readStateDict: whole-model\.pth has 1 obstacle:\n {2}it holds objects other than tensors: __main__\.Renamed, .*torch\.nn\.modules\.linear\.Linear\. Save the state dict alone: torch\.save\(model\.state_dict\(\), file\)\.$/,
    );
  });

  test('refuses a call of a system function, whatever its arguments', async () => {
    const file = legacyFile('cos\nsystem\n', MARK, ...text('touch /tmp/executed'), TUPLE, REDUCE, STOP);
    await expect(readStateDict(file)).rejects.toThrow(/it holds objects other than tensors: os\.system\./);
  });

  test('refuses a function named by the stack, as current pickles do', async () => {
    const file = legacyFile(
      ...text('builtins'),
      ...text('eval'),
      0x93,
      MARK,
      ...text('1'),
      TUPLE,
      REDUCE,
      STOP,
    );
    await expect(readStateDict(file)).rejects.toThrow(
      /it holds objects other than tensors: builtins\.eval\./,
    );
  });

  test.each([
    ['INST', [MARK, 'ios\nsystem\n', STOP], '0x69'],
    ['OBJ', [MARK, 'cos\nsystem\n', 0x6f, STOP], '0x6f'],
    ['NEWOBJ_EX', [0x92, STOP], '0x92'],
    ['EXT1', [0x82, 1, STOP], '0x82'],
    ['PERSID', ['Pstorage\n', STOP], '0x50'],
    ['DUP', [EMPTY_DICT, 0x32, STOP], '0x32'],
  ])('refuses the opcode %s', async (_, opcodes, code) => {
    await expect(readStateDict(legacyFile(...opcodes))).rejects.toThrow(
      new RegExp(`the pickle uses opcode ${code} at byte \\d+, which state dicts do not need`),
    );
  });

  const admitted = (name: string): (number | string)[] => [`c${name.replace(/\.([^.]*)$/, '\n$1')}\n`];
  const storage = (...length: number[]): (number | string)[] => [
    MARK, ...text('storage'), ...admitted('torch.FloatStorage'), ...text('0'), ...text('cpu'), ...length, TUPLE, 0x51,
  ]; // prettier-ignore
  const tensor = (shape: number[], stride: number[], offset: number): (number | string)[] => [
    ...admitted('torch._utils._rebuild_tensor_v2'), MARK, ...storage(0x4b, 2), 0x4b, offset,
    MARK, ...shape.flatMap((extent) => [0x4b, extent]), TUPLE,
    MARK, ...stride.flatMap((step) => [0x4b, step]), TUPLE,
    0x89, EMPTY_DICT, TUPLE, REDUCE,
  ]; // prettier-ignore

  const BROKEN: [title: string, bytes: Uint8Array, message: RegExp][] = [
    ['a file of another kind', new TextEncoder().encode('hello'), /it is no file of torch\.save/],
    ['an empty file', new Uint8Array(0), /it is no file of torch\.save/],
    ['a pickle of something else', Uint8Array.of(0x80, 2, 0x4e, STOP), /it is no file of torch\.save/],
    ['a value that is no dictionary', legacyFile(0x4b, 1, STOP), /it holds no dictionary/],
    ['a dictionary without tensors', legacyFile(EMPTY_DICT, STOP), /it holds no tensors/],
    ['an end without a value', legacyFile(STOP), /the pickle lacks a value/],
    ['a tuple without a mark', legacyFile(TUPLE, STOP), /the pickle lacks a mark/],
    ['a reference to nothing', legacyFile(0x68, 7, STOP), /the pickle refers to nothing/],
    [
      'entries of a number',
      legacyFile(0x4b, 1, 0x4b, 1, 0x4b, 1, 0x73, STOP),
      /sets entries of something that is no dictionary/,
    ],
    [
      'an element of a number',
      legacyFile(0x4b, 1, 0x4b, 1, 0x61, STOP),
      /appends to something that is no list/,
    ],
    [
      'attributes of a number',
      legacyFile(0x4b, 1, 0x4b, 1, 0x62, STOP),
      /sets attributes of something that has none/,
    ],
    ['a call of a number', legacyFile(0x4b, 1, 0x29, REDUCE, STOP), /calls something that is no function/],
    ['a text longer than the file', legacyFile(0x58, 255, 255, 255, 127), /the pickle ends early/],
    [
      'a storage of unknown kind',
      legacyFile(MARK, ...text('storage'), TUPLE, 0x51, STOP),
      /refers to numbers in an unknown way/,
    ],
    [
      'a tensor that reaches beyond its numbers',
      legacyFile(...tensor([3], [1], 0), STOP),
      /a tensor of shape \[3\] reaches beyond its 2 numbers/,
    ],
    [
      'a tensor that begins beyond its numbers',
      legacyFile(...tensor([2], [1], 1), STOP),
      /a tensor of shape \[2\] reaches beyond its 2 numbers/,
    ],
    [
      'a tensor that repeats one number endlessly',
      legacyFile(...tensor([255, 255], [0, 0], 0), STOP),
      /reaches beyond its 2 numbers/,
    ],
    [
      'a tensor without strides for each axis',
      legacyFile(...tensor([1, 1], [1], 0), STOP),
      /reaches beyond its 2 numbers/,
    ],
    [
      'an ordered dictionary made of something',
      legacyFile(...admitted('collections.OrderedDict'), MARK, 0x4b, 1, TUPLE, REDUCE, STOP),
      /collections\.OrderedDict is called with unexpected arguments/,
    ],
    [
      'a zip archive of something else',
      Uint8Array.from([0x50, 0x4b, 5, 6, ...Array<number>(18).fill(0)]),
      /the archive holds no data\.pkl/,
    ],
    ['a zip archive that is cut', Uint8Array.of(0x50, 0x4b, 3, 4, 0), /the zip archive cannot be read/],
  ];
  test.each(BROKEN)('refuses %s', async (_, bytes, message) => {
    await expect(readStateDict(bytes)).rejects.toThrow(ImportError);
    await expect(readStateDict(bytes)).rejects.toThrow(message);
  });

  test('refuses numbers that were altered, by their checksum', async () => {
    const bytes = await read('resnet20.pth');
    // The numbers of the first storage lie within 200 bytes behind its name.
    const at = bytes.indexOf('resnet20/data/0') + 200;
    bytes[at] = bytes[at]! ^ 1;
    await expect(readStateDict(bytes)).rejects.toThrow(/does not match its checksum/);
  });

  test('names the state dicts of a checkpoint when the wanted one does not exist', async () => {
    await expect(readStateDict(await read('resnet20-legacy.pth'), { entry: 'ema' })).rejects.toThrow(
      /it has no state dict "ema"; there are: "net"\. Name one of these \(--entry\)/,
    );
  });

  test('passes on what is wrong with a safetensors file', async () => {
    const bytes = encodeSafetensors({
      tensors: new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]),
    });
    await expect(
      readStateDict(bytes.subarray(0, bytes.length - 1), { source: 'cut.safetensors' }),
    ).rejects.toThrow(/^readStateDict: cut\.safetensors has 1 obstacle/);
  });
});

describe('importStateDict', () => {
  test('refuses an architecture that does not exist, naming those that do', async () => {
    await expect(importStateDict(await read('resnet20.pth'), { architecture: 'alexnet' })).rejects.toThrow(
      /there is no architecture "alexnet"\. Choose one of small-vgg, vgg16/,
    );
  });

  test('lists every tensor that is missing, left over or of another shape', async () => {
    const resnet32 = importStateDict(await read('resnet20.pth'), { architecture: 'resnet32' });
    await expect(resnet32).rejects.toThrow(/stage1\.block4\.conv1\/kernel: the file holds no tensor for it/);
    const qcfs = importStateDict(await read('resnet20-qcfs.pth'), { architecture: 'resnet20' });
    await expect(qcfs).rejects.toThrow(
      /has 19 obstacles:\n {2}conv1\.2\.thresh: nothing in the architecture takes this tensor/,
    );
  });

  test('refuses bounds that the file does not have', async () => {
    const clip = importStateDict(await read('resnet20.pth'), {
      architecture: 'resnet20',
      activation: { op: 'clip' },
    });
    await expect(clip).rejects.toThrow(
      /has 19 obstacles:\n {2}stem\.activation\/bound: the file holds no tensor for it/,
    );
  });

  test('does not guess by order in a file that keeps none', async () => {
    const tensors = new Map([
      ['a.weight', { shape: [4, 3, 3, 3], data: new Float32Array(108) }],
      ['b.weight', { shape: [2, 4], data: new Float32Array(8) }],
    ]);
    const bytes = encodeSafetensors({ tensors });
    await expect(importStateDict(bytes, { architecture: 'small-vgg' })).rejects.toThrow(
      /a\.weight: nothing in the architecture takes this tensor/,
    );
  });
});
