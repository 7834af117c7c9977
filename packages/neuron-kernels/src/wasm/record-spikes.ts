import type { Piece, Task, Thread } from './task.js';

/**
 * Adds a layer's spikes, and the additions they cause in later layers, to the slot's results; returns the number of
 * spikes.
 */
export function countSpikes(
  { kernels, buffer, program }: Thread,
  { slot, states }: Task,
  index: number,
  { first, steps }: Piece,
): number {
  const { layers, timeSteps, classCounts } = program;
  const { classes, blocks, receivers, additions, classOf } = layers[index]!;
  const { descriptor } = states[index]!;
  const counts = new Uint32Array(buffer, classCounts, classes * steps * blocks).fill(0);
  kernels.countByClass(descriptor, steps, classOf, classCounts);
  const spikes = new Float64Array(buffer, slot.spikes, layers.length * timeSteps);
  const operations = new Float64Array(buffer, slot.operations, layers.length * timeSteps);
  let total = 0;
  for (let row = 0; row < classes * steps; row++) {
    let n = 0;
    for (let block = 0; block < blocks; block++) n += counts[row * blocks + block]!;
    const t = first + (row % steps);
    total += n;
    spikes[index * timeSteps + t]! += n;
    const ofClass = Math.floor(row / steps) * receivers.length;
    receivers.forEach((receiver, i) => {
      operations[receiver * timeSteps + t]! += n * additions[ofClass + i]!;
    });
  }
  return total;
}

/** Continues the counts per neuron through a piece and copies them at the steps asked for. */
export function snapshotCounts(
  { kernels, buffer, program }: Thread,
  { slot, states }: Task,
  index: number,
  { first, steps }: Piece,
): void {
  const { places, blocks } = program.layers[index]!;
  const { descriptor, counts } = states[index]!;
  if (counts === 0) return;
  const sizes = program.layers.map((layer) => layer.places * layer.blocks * 16);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const before = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
  const end = first + steps;
  let done = first;
  program.spikeCountsAt.forEach((step, i) => {
    if (step <= first || step > end) return;
    kernels.countByNeuron(descriptor, done - first, step - done, counts);
    done = step;
    const target = new Uint16Array(buffer, slot.spikeCounts + (i * total + before) * 2, places * blocks * 16);
    target.set(new Uint16Array(buffer, counts, target.length));
  });
  kernels.countByNeuron(descriptor, done - first, end - done, counts);
}
