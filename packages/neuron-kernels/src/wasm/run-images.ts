import type { Job } from './image-program.js';
import { listSpikes } from './list-spikes.js';
import { countSpikes, snapshotCounts } from './record-spikes.js';
import { runPiece } from './run-piece.js';
import { startTask } from './start-task.js';
import type { Task, Thread } from './task.js';

/**
 * Simulates jobs, as many at once as there are lanes: layer by layer over as many steps as there is room for, until T is
 * reached. Some blocks of a layer run for all of them before the next, so that their weights, which may not stay in a cache
 * beside the others, are fetched once for all.
 */
export function runImages(thread: Thread, jobs: readonly Job[]): void {
  const { lanes, slots } = thread.program;
  for (let first = 0; first < jobs.length; first += lanes.length) {
    const tasks = jobs.slice(first, first + lanes.length).map(({ slot, member, sharesImage }, lane) => ({
      slot: slots[slot]!,
      member,
      sharesImage: sharesImage && lane > 0,
      states: lanes[lane]!,
    }));
    runTasks(thread, tasks);
  }
}

function runTasks(thread: Thread, tasks: readonly Task[]): void {
  const { layers, timeSteps, capacity } = thread.program;
  tasks.forEach((task, i) => {
    startTask(thread, task, tasks[i - 1]);
  });
  for (let first = 0; first < timeSteps; first += capacity) {
    const piece = { first, steps: Math.min(capacity, timeSteps - first) };
    layers.forEach((layer, index) => {
      runPiece(thread, tasks, index, piece);
      if (layer.isReadOut) return;
      for (const task of tasks) {
        const spikes = countSpikes(thread, task, index, piece);
        listSpikes(thread, layer, task.states[index]!, spikes, piece.steps);
        snapshotCounts(thread, task, index, piece);
      }
    });
  }
}
