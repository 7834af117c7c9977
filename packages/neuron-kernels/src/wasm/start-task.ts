import { LAYER_CURRENT } from './descriptor.js';
import type { LayerProgram } from './image-program.js';
import type { Task, Thread } from './task.js';

/** Clears a task's results and begins every layer; `before` is the task before it, if there is one. */
export function startTask(thread: Thread, task: Task, before: Task | undefined): void {
  const { buffer, program } = thread;
  const { layers, timeSteps } = program;
  const { slot } = task;
  new Float64Array(buffer, slot.firing, layers.length * 2).fill(0);
  new Float64Array(buffer, slot.spikes, layers.length * timeSteps).fill(0);
  new Float64Array(buffer, slot.operations, layers.length * timeSteps).fill(0);
  layers.forEach((layer, index) => {
    initialise(buffer, layer, task, index);
    if (layer.readsImage) setCurrent(thread, task, { index, room: layer.room }, before);
  });
}

/** Sets v[0] and forgets who fired. */
function initialise(
  buffer: ArrayBufferLike,
  layer: LayerProgram,
  { slot, member, states }: Task,
  index: number,
): void {
  const state = states[index]!;
  const initial = layer.initial[member]!;
  const width = layer.blocks * 16;
  const size = layer.places * width;
  // The 32 bits of a float or of an integer.
  const v = new Int32Array(buffer, state.potentials, size);
  if (initial.kind === 'per-neuron') {
    v.set(new Int32Array(buffer, slot.potentials + initial.at, size));
  } else {
    v.set(new Int32Array(buffer, initial.at, width));
    for (let filled = width; filled < size; filled *= 2)
      v.copyWithin(filled, 0, Math.min(filled, size - filled));
  }
  new Uint16Array(buffer, state.seen, layer.places * layer.blocks).fill(0);
  if (state.counts !== 0) new Uint16Array(buffer, state.counts, size).fill(0);
}

/** Computes the constant current of a layer, or takes that of the task before if it is about the same image. */
function setCurrent(
  { kernels, buffer }: Thread,
  { slot, states, sharesImage }: Task,
  { index, room }: { readonly index: number; readonly room: number },
  before: Task | undefined,
): void {
  const { descriptor, current } = states[index]!;
  const field = new Int32Array(buffer, descriptor + LAYER_CURRENT, 1);
  if (sharesImage) {
    field[0] = new Int32Array(buffer, before!.states[index]!.descriptor + LAYER_CURRENT, 1)[0]!;
    return;
  }
  field[0] = current;
  kernels.constantCurrent(descriptor, slot.image);
  if (room !== 0) kernels.roundCurrents(descriptor, room);
}
