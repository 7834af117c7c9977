import { allocateOutput } from '../output.js';
import type { SpikingPlan } from '../plan.js';
import type { Runner } from '../runner.js';
import { settleAll } from '../settle-all.js';
import type { LayerPotential, SimulationOutput, SimulationRequest } from '../simulator.js';
import { startWorkers, type AskedWorker } from '../wasm/asked-worker.js';

/**
 * Event-driven kernels on several threads: each has the plan and takes one image after the other, as a batch of one. Nothing
 * passes between images, so the bits are those of one thread.
 *
 * @param module the compiled kernel that adds rows of weights
 */
export async function imagePool(
  plan: SpikingPlan,
  module: WebAssembly.Module,
  threads: number,
): Promise<Runner> {
  const workers = await startWorkers(threads, { kind: 'plan', plan, module });
  return {
    backend: 'event-driven',
    threads,
    run: async (requests, signal) => {
      const outputs = requests.map((request) => allocateOutput(plan, request));
      const queue: Queue = { requests, outputs, next: 0 };
      for (const worker of workers) worker.keepAlive(true);
      try {
        const streams = workers.map((worker) => simulateImages(worker, queue, signal));
        await settleAll(streams, queue);
      } catch (error) {
        // Closing ends workers under way; say so instead of calling it a failure.
        signal.throwIfAborted();
        throw error;
      } finally {
        for (const worker of workers) worker.keepAlive(false);
      }
      return outputs;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** The images of some requests, the requests of each image one after the other. */
interface Queue {
  readonly requests: readonly SimulationRequest[];
  readonly outputs: readonly SimulationOutput[];
  next: number;
}

async function simulateImages(worker: AskedWorker, queue: Queue, signal: AbortSignal): Promise<void> {
  const { requests, outputs } = queue;
  while (queue.next < requests[0]!.batch * requests.length) {
    signal.throwIfAborted();
    const [image, member] = [Math.floor(queue.next / requests.length), queue.next % requests.length];
    queue.next++;
    const answer = await worker.ask({ kind: 'image', request: requestOf(requests[member]!, image) });
    if (answer.kind === 'output') writeImage(answer.output, image, outputs[member]!);
  }
}

/** One image of a request, as a batch of one. */
function requestOf(request: SimulationRequest, image: number): SimulationRequest {
  const { images, batch, initialPotentials } = request;
  return {
    ...request,
    images: partOf(images, image, batch),
    batch: 1,
    initialPotentials: initialPotentials.map((potential): LayerPotential =>
      potential.kind === 'per-neuron'
        ? { ...potential, values: partOf(potential.values, image, batch) }
        : potential,
    ),
  };
}

function partOf(values: Float32Array, image: number, batch: number): Float32Array {
  const size = values.length / batch;
  return values.slice(image * size, (image + 1) * size);
}

type Numbers = Uint16Array | Float32Array | Float64Array;

/** Writes what one image did into its rows; every array of an output begins with the image. */
function writeImage(one: SimulationOutput, image: number, all: SimulationOutput): void {
  const [from, to] = [arraysOf(one), arraysOf(all)];
  from.forEach((values, i) => {
    to[i]!.set(values, image * values.length);
  });
}

function arraysOf(output: SimulationOutput): Numbers[] {
  const { predictions, spikes, synapticOperations, firstSpikeTimeSum, firedNeurons } = output;
  const { logits, spikeCounts = [], membrane = [] } = output;
  return [
    ...[predictions, spikes, synapticOperations, firstSpikeTimeSum, firedNeurons],
    ...(logits ? [logits] : []),
    ...spikeCounts.flat(),
    ...membrane,
  ];
}
