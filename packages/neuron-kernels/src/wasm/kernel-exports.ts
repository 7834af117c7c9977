/** Runs steps [first, first + steps) of the piece in memory for the blocks [firstBlock, endBlock) of a layer. */
type RunLayer = (
  layer: number,
  first: number,
  steps: number,
  firstBlock: number,
  endBlock: number,
  statistics: number,
  logits: number,
) => void;

/** The exports of the WebAssembly module; addresses are bytes. See assembly/ for what each does. */
export interface KernelExports {
  constantCurrent(layer: number, image: number): void;
  runLayer: RunLayer;
  roundCurrents(layer: number, room: number): void;
  runInt16Layer: RunLayer;
  listSpikes(layer: number, steps: number, hasGroups: number): void;
  /** Native kernels alone: makes code of what a layer reads. */
  compileSpikes?(layer: number, steps: number, isFirst: number, room: number): void;
  countByClass(layer: number, steps: number, classes: number, counts: number): void;
  countByNeuron(layer: number, first: number, steps: number, counts: number): void;
}
