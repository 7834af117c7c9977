/** One cache line; also the alignment that every region gets. */
const ALIGNMENT = 64;

/** Hands out consecutive regions of the WebAssembly memory, without touching it. */
export class Arena {
  #end: number;

  constructor(start: number) {
    this.#end = align(start);
  }

  /** First byte that is still free. */
  get end(): number {
    return this.#end;
  }

  /** Address of a new region. */
  allocate(bytes: number): number {
    const address = this.#end;
    this.#end = align(address + bytes);
    return address;
  }
}

function align(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
