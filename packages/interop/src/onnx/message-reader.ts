import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { Refusal } from '../import-error.js';

/** Messages and repeated numbers in one file; a message takes at least two bytes there but some hundred in memory. */
const MOST_ITEMS = 1_000_000;

/** Counts what a file makes us keep, so that a small file cannot take all memory. */
export class ItemBudget {
  #left = MOST_ITEMS;

  take(count = 1): void {
    this.#left -= count;
    if (this.#left >= 0) return;
    throw new Refusal(
      `the file holds more than ${MOST_ITEMS} messages and numbers outside of raw tensors`,
      'Store weights as raw data, as exporters do',
    );
  }
}

/** One field of a message, to be read by the method that fits its type. */
export class Field {
  readonly number: number;
  readonly #type: WireType;
  readonly #reader: BinaryReader;
  readonly #source: Uint8Array;
  readonly #budget: ItemBudget;

  constructor(
    tag: { number: number; type: WireType },
    reader: BinaryReader,
    source: Uint8Array,
    budget: ItemBudget,
  ) {
    this.number = tag.number;
    this.#type = tag.type;
    this.#reader = reader;
    this.#source = source;
    this.#budget = budget;
  }

  /** A view of the bytes, nothing copied. */
  bytes(): Uint8Array {
    this.#expect(WireType.LengthDelimited);
    return this.#reader.bytes();
  }

  string(): string {
    this.#expect(WireType.LengthDelimited);
    return this.#reader.string();
  }

  /** A signed integer; beyond 2^53 not exact, which the users of the number notice as out of range. */
  integer(): number {
    this.#expect(WireType.Varint);
    return Number(this.#reader.int64());
  }

  float(): number {
    this.#expect(WireType.Bit32);
    return this.#reader.float();
  }

  message<T>(read: (bytes: Uint8Array, budget: ItemBudget) => T): T {
    this.#budget.take();
    return read(this.bytes(), this.#budget);
  }

  /** One or many integers: protobuf packs repeated numbers or not, at the writer's choice. */
  appendIntegers(to: number[]): void {
    if (this.#type !== WireType.LengthDelimited) {
      this.#budget.take();
      to.push(this.integer());
      return;
    }
    const packed = new BinaryReader(this.bytes());
    while (packed.pos < packed.len) {
      this.#budget.take();
      to.push(Number(packed.int64()));
    }
  }

  /** Bytes of one or many fixed-size numbers of `size` bytes. */
  appendFixed(to: Uint8Array[], size: 4 | 8): void {
    this.#budget.take();
    if (this.#type === WireType.LengthDelimited) {
      to.push(this.bytes());
      return;
    }
    this.#expect(size === 4 ? WireType.Bit32 : WireType.Bit64);
    const { pos } = this.#reader;
    if (size === 4) this.#reader.fixed32();
    else this.#reader.fixed64();
    to.push(this.#source.subarray(pos, pos + size));
  }

  skip(): void {
    this.#reader.skip(this.#type, this.number);
  }

  #expect(type: WireType): void {
    if (this.#type === type) return;
    throw new Refusal(
      `field ${this.number} has wire type ${this.#type} where ${type} belongs`,
      'The file is damaged or no ONNX file; export it again',
    );
  }
}

/**
 * Calls `read` for every field of a protobuf message; a field that it does not read is skipped.
 *
 * @param read returns false for a field it did not read
 * @internal
 */
export function readFields(bytes: Uint8Array, budget: ItemBudget, read: (field: Field) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const field = new Field({ number, type }, reader, bytes, budget);
    if (!read(field)) field.skip();
  }
}
