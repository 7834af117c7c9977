import { isAdmitted, meaningOfCall, storageOf } from './pickle-objects.js';
import { isPickled, type Pickled, type PickledDictionary } from './pickle-values.js';
import { Refusal } from '../import-error.js';

/** Values that one pickle may make; each takes a byte there but some hundred in memory. */
const MOST_VALUES = 1_000_000;

const DAMAGED = 'The file is cut, damaged, or not written by torch.save; write it again';

/** A pickle's value, where it ends, and the classes it names that are not admitted. */
export interface ReadPickle {
  readonly value: Pickled;
  readonly end: number;
  readonly refusedGlobals: ReadonlySet<string>;
}

/**
 * Reads a pickle without executing anything: the opcodes that build plain values, dictionaries, tuples, lists, and
 * PyTorch's description of tensors. Any other opcode is refused; a class that is not admitted becomes an inert
 * marker and is named in the result.
 *
 * @throws Refusal if the bytes are no pickle, use another opcode, or make more values than is reasonable
 * @see Python's pickletools for the opcodes
 */
export function readPickle(bytes: Uint8Array, start: number): ReadPickle {
  return new PickleReader(bytes, start).read();
}

const MARK = Symbol('mark');
type StackItem = Pickled | typeof MARK;

class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, Pickled>();
  readonly #refused = new Set<string>();
  #at: number;
  #values = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  read(): ReadPickle {
    for (;;) {
      const code = this.#byte();
      if (code === 0x2e) break; // STOP
      if (++this.#values > MOST_VALUES) {
        throw new Refusal(`the file describes more than ${MOST_VALUES} values`, 'Save the state dict alone');
      }
      if (!this.#constant(code) && !this.#collection(code) && !this.#reference(code)) {
        const hexadecimal = `0x${code.toString(16).padStart(2, '0')}`;
        throw new Refusal(
          `the pickle uses opcode ${hexadecimal} at byte ${this.#at - 1}, which state dicts do not need`,
          'Save the state dict alone: torch.save(model.state_dict(), file)',
        );
      }
    }
    return { value: this.#pop(), end: this.#at, refusedGlobals: this.#refused };
  }

  /** Opcodes that push a plain value. */
  #constant(code: number): boolean {
    switch (code) {
      case 0x80: // PROTO
        if (this.#byte() > 5) throw new Refusal('the pickle is of an unknown protocol', DAMAGED);
        return true;
      case 0x95: // FRAME, a hint about lengths
        this.#take(8);
        return true;
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4b: // BININT1
        return this.#push(this.#byte());
      case 0x4d: // BININT2
        return this.#push(this.#view.getUint16(this.#take(2), true));
      case 0x4a: // BININT
        return this.#push(this.#view.getInt32(this.#take(4), true));
      case 0x8a: // LONG1
        return this.#push(this.#long(this.#byte()));
      case 0x47: // BINFLOAT
        return this.#push(this.#view.getFloat64(this.#take(8), false));
      case 0x58: // BINUNICODE
        return this.#push(this.#text(this.#view.getUint32(this.#take(4), true)));
      case 0x54: // BINSTRING, Python 2
        return this.#push(this.#text(this.#view.getUint32(this.#take(4), true)));
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, Python 2
        return this.#push(this.#text(this.#byte()));
      default:
        return false;
    }
  }

  /** Opcodes that make and fill tuples, lists and dictionaries. */
  #collection(code: number): boolean {
    switch (code) {
      case 0x28: // MARK
        this.#stack.push(MARK);
        return true;
      case 0x29: // EMPTY_TUPLE
        return this.#push({ kind: 'tuple', items: [] });
      case 0x5d: // EMPTY_LIST
        return this.#push({ kind: 'list', items: [] });
      case 0x7d: // EMPTY_DICT
        return this.#push({ kind: 'dictionary', entries: new Map() });
      case 0x85: // TUPLE1 to TUPLE3
      case 0x86:
      case 0x87: {
        const items = Array.from({ length: code - 0x84 }, () => this.#pop()).reverse();
        return this.#push({ kind: 'tuple', items });
      }
      case 0x74: // TUPLE
        return this.#push({ kind: 'tuple', items: this.#popToMark() });
      case 0x6c: // LIST
        return this.#push({ kind: 'list', items: this.#popToMark() });
      case 0x61: // APPEND
        return this.#append([this.#pop()]);
      case 0x65: // APPENDS
        return this.#append(this.#popToMark());
      case 0x73: // SETITEM
        return this.#setItems([this.#pop(), this.#pop()].reverse());
      case 0x75: // SETITEMS
        return this.#setItems(this.#popToMark());
      default:
        return false;
    }
  }

  /** Opcodes that name, remember, and put together. */
  #reference(code: number): boolean {
    switch (code) {
      case 0x63: // GLOBAL
        return this.#global(this.#line(), this.#line());
      case 0x93: {
        // STACK_GLOBAL
        const [name, module] = [this.#pop(), this.#pop()];
        if (typeof name === 'string' && typeof module === 'string') return this.#global(module, name);
        throw new Refusal('the pickle names a class by something that is no text', DAMAGED);
      }
      case 0x71: // BINPUT
        return this.#remember(this.#byte());
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#view.getUint32(this.#take(4), true));
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.size);
      case 0x68: // BINGET
        return this.#recall(this.#byte());
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#view.getUint32(this.#take(4), true));
      case 0x51: // BINPERSID
        return this.#push(storageOf(this.#pop()));
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        return this.#call();
      case 0x62: // BUILD
        return this.#build();
      default:
        return false;
    }
  }

  #global(module: string, name: string): boolean {
    const full = `${module}.${name}`.slice(0, 200);
    if (!isAdmitted(full)) this.#refused.add(full);
    return this.#push({ kind: 'global', name: full });
  }

  #call(): boolean {
    const [args, callee] = [this.#pop(), this.#pop()];
    if (isPickled(callee, 'global') && isAdmitted(callee.name)) {
      return this.#push(meaningOfCall(callee.name, isPickled(args, 'tuple') ? args.items : []));
    }
    if (isPickled(callee, 'global') || isPickled(callee, 'object')) return this.#push({ kind: 'object' });
    throw new Refusal('the pickle calls something that is no function', DAMAGED);
  }

  /** Sets attributes of an object; ordered dictionaries carry the versions of modules there, which say nothing here. */
  #build(): boolean {
    this.#pop();
    const target = this.#top();
    if (isPickled(target, 'dictionary') || isPickled(target, 'object')) return true;
    throw new Refusal('the pickle sets attributes of something that has none', DAMAGED);
  }

  #append(items: readonly Pickled[]): boolean {
    const list = this.#top();
    if (isPickled(list, 'object')) return true;
    if (!isPickled(list, 'list'))
      throw new Refusal('the pickle appends to something that is no list', DAMAGED);
    for (const item of items) list.items.push(item);
    return true;
  }

  #setItems(items: readonly Pickled[]): boolean {
    const dictionary = this.#top();
    if (isPickled(dictionary, 'object')) return true;
    if (!isPickled(dictionary, 'dictionary') || items.length % 2 !== 0) {
      throw new Refusal('the pickle sets entries of something that is no dictionary', DAMAGED);
    }
    setEntries(dictionary, items);
    return true;
  }

  #remember(index: number): boolean {
    this.#memo.set(index, this.#top());
    return true;
  }

  #recall(index: number): boolean {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Refusal('the pickle refers to nothing', DAMAGED);
    return this.#push(value);
  }

  #push(value: Pickled): boolean {
    this.#stack.push(value);
    return true;
  }

  #pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new Refusal('the pickle lacks a value', DAMAGED);
    return value;
  }

  #top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new Refusal('the pickle lacks a value', DAMAGED);
    return value;
  }

  #popToMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw new Refusal('the pickle lacks a mark', DAMAGED);
    const items = this.#stack.splice(at);
    return items.slice(1) as Pickled[];
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Where the next `length` bytes begin, which are there. */
  #take(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw new Refusal('the pickle ends early', DAMAGED);
    this.#at += length;
    return at;
  }

  #text(length: number): string {
    const at = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) throw new Refusal('the pickle ends early', DAMAGED);
    const text = this.#text(end - this.#at);
    this.#take(1);
    return text;
  }

  /** A signed little-endian integer. */
  #long(length: number): number | bigint {
    const at = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[at + i]!);
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }
}

function setEntries({ entries }: PickledDictionary, items: readonly Pickled[]): void {
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]!;
    // Keys of other kinds occur in optimizers' states; they cannot name a tensor of a network.
    if (typeof key === 'string' || typeof key === 'number') entries.set(key, items[i + 1]!);
  }
}
