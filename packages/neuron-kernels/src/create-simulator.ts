import { hasBinarySpikes, hasBinarySpikesIn } from './binary-spikes.js';
import { chooseKernels, chooseThreads } from './choose-kernels.js';
import { eventDrivenRunner } from './event-driven/event-driven-runner.js';
import type { SpikingPlan } from './plan.js';
import { referenceRunner } from './reference/reference-runner.js';
import { roundPotentials } from './round-potentials.js';
import type { Runner } from './runner.js';
import type {
  SimulationOutput,
  SimulationRequest,
  Simulator,
  SimulatorOptions,
  SweepRequest,
} from './simulator.js';
import { assertPlan } from './validate-plan.js';
import { kernelRunner } from './wasm/kernel-runner.js';
import { assertOptions, assertRequest } from './validate-request.js';

/**
 * Makes a plan ready to run: checks it, lays its weights out, starts the threads.
 *
 * @param plan layers in topological order; read once, later changes of its arrays are not seen
 * @throws RangeError (rejection) naming every problem of the plan or the options
 * @throws Error (rejection) if `backend` is `'wasm'` and the engine has no WebAssembly SIMD, or native and there are no
 *   such kernels; it says why
 * @example
 * const simulator = await createSimulator(plan);
 * const { predictions } = await simulator.run({ images, batch: 1, timeSteps: 32, initialPotentials });
 * await simulator.close();
 */
export async function createSimulator(plan: SpikingPlan, options: SimulatorOptions = {}): Promise<Simulator> {
  assertOptions(options);
  assertPlan(plan);
  return new QueueingSimulator(plan, await chooseRunner(plan, options));
}

async function chooseRunner(plan: SpikingPlan, options: SimulatorOptions): Promise<Runner> {
  const { backend = 'auto' } = options;
  if (backend === 'reference') return referenceRunner(structuredClone(plan));
  if (backend === 'event-driven' || !hasBinarySpikes(plan)) return eventDriven(plan, options);
  const kernels = await chooseKernels(options);
  if (kernels) return kernelRunner(plan, kernels, options.memoryBytes);
  if (backend === 'wasm') {
    throw new Error(
      "createSimulator: backend must be 'auto' or 'reference' in this engine, got 'wasm'. It has no WebAssembly SIMD.",
    );
  }
  return referenceRunner(structuredClone(plan));
}

async function eventDriven(plan: SpikingPlan, options: SimulatorOptions): Promise<Runner> {
  const { backend = 'auto' } = options;
  if (plan.precision === 'int16') {
    throw new Error("createSimulator: backend must not be 'event-driven' for an int16 plan. Use 'auto'.");
  }
  if (backend !== 'auto' && backend !== 'event-driven') {
    const layers = plan.layers.filter((layer) => !hasBinarySpikesIn(layer)).map(({ name }) => name);
    throw new Error(
      `createSimulator: backend must be 'auto', 'event-driven' or 'reference' for this plan, got '${backend}'. ` +
        `Signed spikes, groups, θ per neuron and maximum pooling (${layers.join(', ')}) are not in the fast kernels.`,
    );
  }
  const runner = await eventDrivenRunner(structuredClone(plan), chooseThreads(options));
  if (runner) return runner;
  if (backend === 'auto') return referenceRunner(structuredClone(plan));
  throw new Error(
    "createSimulator: backend must be 'auto' or 'reference' in this engine, got 'event-driven'. It has no WebAssembly SIMD.",
  );
}

/** Validates requests and lets them wait for their turn. */
class QueueingSimulator implements Simulator {
  readonly backend: Simulator['backend'];
  readonly threads: number;
  readonly #plan: SpikingPlan;
  readonly #runner: Runner;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(plan: SpikingPlan, runner: Runner) {
    this.#plan = plan;
    this.#runner = runner;
    this.backend = runner.backend;
    this.threads = runner.threads;
  }

  async run(request: SimulationRequest): Promise<SimulationOutput> {
    const [output] = await this.#enqueue(() => {
      assertRequest(this.#plan, request);
      return [request];
    });
    return output!;
  }

  runSweep({ initialPotentials: sets, ...shared }: SweepRequest): Promise<SimulationOutput[]> {
    return this.#enqueue(() => {
      if (sets.length === 0) {
        throw new RangeError('runSweep: initialPotentials must hold at least 1 set of potentials, got 0.');
      }
      const requests = sets.map((initialPotentials) => ({ ...shared, initialPotentials }));
      requests.forEach((request, member) => {
        assertRequest(this.#plan, request, `runSweep, member ${member}`);
      });
      return requests;
    });
  }

  #enqueue(check: () => readonly SimulationRequest[]): Promise<SimulationOutput[]> {
    const { signal } = this.#closing;
    const result = this.#last.then(() => {
      signal.throwIfAborted();
      const requests = check();
      const { precision } = this.#plan;
      return this.#runner.run(precision === 'int16' ? requests.map(roundPotentials) : requests, signal);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('run: the simulator was closed. Create a new one with createSimulator.'));
    await this.#runner.close();
    await this.#last;
  }
}
