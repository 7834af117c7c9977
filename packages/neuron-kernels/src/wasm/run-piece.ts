import { CURRENT_BLOCKS } from './descriptor.js';
import type { LayerProgram } from './image-program.js';
import type { Piece, Task, Thread } from './task.js';

/**
 * Blocks of a layer that run for all images before the next. Of 4096 sources, the most that occur, their weights take 2 MB:
 * more than a second-level cache holds, but memory is read once for all images, and the kernels may add to several blocks
 * at once.
 */
const BLOCKS_AT_ONCE = CURRENT_BLOCKS;

/** Runs a layer over a piece for all tasks, some of its blocks before the next; all at once where potentials are traced. */
export function runPiece(thread: Thread, tasks: readonly Task[], index: number, piece: Piece): void {
  const { kernels, program } = thread;
  const { blocks, traces, compiles, runsAlone } = program.layers[index]!;
  if (runsAlone && tasks.length > 1) {
    for (const task of tasks) runPiece(thread, [task], index, piece);
    return;
  }
  // Code stands for all steps of a piece; where steps run one by one, lists are read.
  const room = traces.length > 0 ? 0 : program.codeBytes;
  tasks.forEach(({ states }, i) => {
    if (compiles) kernels.compileSpikes!(states[index]!.descriptor, piece.steps, i === 0 ? 1 : 0, room);
  });
  const atOnce = traces.length > 0 ? blocks : BLOCKS_AT_ONCE;
  for (let block = 0; block < blocks; block += atOnce) {
    const range = { firstBlock: block, endBlock: Math.min(block + atOnce, blocks) };
    for (const task of tasks) runBlocks(thread, task, index, { ...piece, ...range });
  }
}

/** Runs some blocks of a layer over a piece; step by step where potentials are traced. */
function runBlocks(
  { kernels, buffer, program }: Thread,
  task: Task,
  index: number,
  { first, steps, firstBlock, endBlock }: Piece & { readonly firstBlock: number; readonly endBlock: number },
): void {
  const layer = program.layers[index]!;
  const { slot, states } = task;
  const { descriptor } = states[index]!;
  const run = program.precision === 'int16' ? kernels.runInt16Layer : kernels.runLayer;
  const statistics = slot.firing + index * 16;
  const stepBytes = layer.isReadOut ? layer.places * layer.blocks * 64 : 0;
  const stride = layer.traces.length > 0 ? 1 : steps;
  for (let t = 0; t < steps; t += stride) {
    const logits = slot.logits + (first + t) * stepBytes;
    run(descriptor, t, stride, firstBlock, endBlock, statistics, logits);
    tracePotentials(buffer, layer, task, index, first + t);
  }
}

/** Copies the potentials that are traced, as they are after step `t` of T. */
function tracePotentials(
  buffer: ArrayBufferLike,
  { places, blocks, traces }: LayerProgram,
  { slot, states }: Task,
  index: number,
  t: number,
): void {
  for (const { neurons, at } of traces) {
    // The 32 bits of a float or of an integer.
    const v = new Int32Array(buffer, states[index]!.potentials, places * blocks * 16);
    const row = slot.membrane + at + t * neurons.length * 4;
    new Int32Array(buffer, row, neurons.length).set(neurons.map((neuron) => v[neuron]!));
  }
}
