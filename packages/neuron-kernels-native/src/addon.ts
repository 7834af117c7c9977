/**
 * The kernels of one instruction set. `memory` is the whole memory that the descriptors' addresses point into (it may be
 * shared); all numbers are unsigned 32-bit integers. Arguments are trusted, as inside WebAssembly, but not confined to the
 * memory.
 */
export interface NativeKernels {
  constantCurrent(memory: Uint8Array, layer: number, image: number): void;
  runLayer(
    memory: Uint8Array,
    layer: number,
    first: number,
    steps: number,
    firstBlock: number,
    endBlock: number,
    statistics: number,
    logits: number,
  ): void;
  roundCurrents(memory: Uint8Array, layer: number, room: number): void;
  runInt16Layer(
    memory: Uint8Array,
    layer: number,
    first: number,
    steps: number,
    firstBlock: number,
    endBlock: number,
    statistics: number,
    logits: number,
  ): void;
  listSpikes(memory: Uint8Array, layer: number, steps: number, hasGroups: number): void;
  compileSpikes(memory: Uint8Array, layer: number, steps: number, isFirst: number, room: number): void;
  countByClass(memory: Uint8Array, layer: number, steps: number, classes: number, counts: number): void;
  countByNeuron(memory: Uint8Array, layer: number, first: number, steps: number, counts: number): void;
}

/** What the compiled addon exports. */
export interface NativeAddon {
  /** The layout of descriptors that it was compiled for, name by name; `neuron-kernels` requires it to be its own. */
  readonly descriptor: Readonly<Record<string, number>>;
  /** Instruction sets that it has kernels for and this processor runs, the fastest first: of `avx512`, `avx2`, `sse42`, `neon`. */
  readonly instructionSets: readonly string[];
  /** @throws TypeError if `instructionSet` is none of {@link instructionSets} */
  kernels(instructionSet: string): NativeKernels;
}
