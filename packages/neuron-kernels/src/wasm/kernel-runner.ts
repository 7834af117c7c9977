import type { KernelChoice } from '../choose-kernels.js';
import { allocateOutput } from '../output.js';
import type { SpikingPlan } from '../plan.js';
import type { Runner } from '../runner.js';
import { settleAll } from '../settle-all.js';
import type { MemoryUse, SimulationOutput, SimulationRequest } from '../simulator.js';
import { Arena } from './arena.js';
import { placeConstants, writeConstants, type LayerConstants } from './constants.js';
import { localExecutor, workerExecutors, type Executor } from './executor.js';
import type { ImageProgram, Job } from './image-program.js';
import { clearProfile, readProfile } from './profile.js';
import { layOutRun, type RunSize } from './run-layout.js';
import { chooseRunSize } from './run-size.js';
import { readSlot, writeSlot } from './slot-transfer.js';
import { writeRun } from './write-run.js';

const DEFAULT_MEMORY_BYTES = 2 ** 30;
const PAGE_BYTES = 65_536;
/** WebAssembly addresses are 32 bits. */
const PAGES_LIMIT = 65_536;

/**
 * WebAssembly or native kernels as a {@link Runner}: they compute in one memory, which threads share.
 *
 * @throws RangeError if weights and working memory do not fit into 4 GiB
 */
export async function kernelRunner(
  plan: SpikingPlan,
  { backend, source, threads, isShared }: KernelChoice,
  budget: number = DEFAULT_MEMORY_BYTES,
): Promise<Runner> {
  const arena = new Arena(PAGE_BYTES);
  const constants = placeConstants(plan, arena, source);
  const memory = createMemory(arena.end, budget, isShared);
  writeConstants(memory.buffer, plan, constants);
  const executors = isShared
    ? await workerExecutors(source, memory, threads)
    : [await localExecutor(source, memory)];
  return new KernelRunner(backend, plan, constants, memory, executors, arena.end, budget);
}

function createMemory(constantBytes: number, budget: number, shared: boolean): WebAssembly.Memory {
  const initial = Math.ceil(constantBytes / PAGE_BYTES);
  if (initial >= PAGES_LIMIT) {
    throw new RangeError(
      `createSimulator: plan must have weights that fit into 4 GiB, got ${constantBytes} bytes as the kernels lay them out.`,
    );
  }
  const maximum = Math.min(PAGES_LIMIT, initial + Math.ceil(budget / PAGE_BYTES) + 1);
  return new WebAssembly.Memory(shared ? { initial, maximum, shared } : { initial });
}

class KernelRunner implements Runner {
  readonly backend: Runner['backend'];
  readonly threads: number;
  readonly #plan: SpikingPlan;
  readonly #constants: readonly LayerConstants[];
  readonly #memory: WebAssembly.Memory;
  readonly #executors: readonly Executor[];
  readonly #start: number;
  readonly #budget: number;

  constructor(
    backend: Runner['backend'],
    plan: SpikingPlan,
    constants: readonly LayerConstants[],
    memory: WebAssembly.Memory,
    executors: readonly Executor[],
    start: number,
    budget: number,
  ) {
    this.backend = backend;
    this.#plan = plan;
    this.#constants = constants;
    this.#memory = memory;
    this.#executors = executors;
    this.#start = start;
    this.#budget = Math.min(budget, (PAGES_LIMIT - 1) * PAGE_BYTES - start);
    this.threads = executors.length;
  }

  async run(requests: readonly SimulationRequest[], signal: AbortSignal): Promise<SimulationOutput[]> {
    const { programs, memory } = this.#prepare(requests);
    const sweep: Sweep = {
      requests,
      outputs: requests.map((request) => allocateOutput(this.#plan, request)),
      jobs: requests[0]!.batch * requests.length,
      next: 0,
    };
    for (const executor of this.#executors) executor.isBusy(true);
    try {
      const streams = this.#executors.flatMap((executor, i) => {
        const program = programs[i]!;
        executor.prepare(program);
        return handfuls(program.slots.length).map((slots) =>
          this.#simulateStream(executor, program, slots, sweep, signal),
        );
      });
      await settleAll(streams, sweep);
    } catch (error) {
      // Closing ends workers under way; say so instead of calling it a failure.
      signal.throwIfAborted();
      throw error;
    } finally {
      for (const executor of this.#executors) executor.isBusy(false);
    }
    const { layerTimes, memory: wantsMemory } = requests[0]!.record ?? {};
    const times = layerTimes ? readProfile(this.#memory.buffer, programs, requests.length) : undefined;
    return sweep.outputs.map((output) => ({
      ...output,
      ...(times && { layerTimes: times.slice() }),
      ...(wantsMemory && { memory }),
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#executors.map((executor) => executor.close()));
  }

  /** Lays out and writes each thread's region. */
  #prepare(requests: readonly SimulationRequest[]): { programs: ImageProgram[]; memory: MemoryUse } {
    const { timeSteps, batch } = requests[0]!;
    const layOut = (size: RunSize, start: number) =>
      layOutRun(this.#plan, this.#constants, requests, size, start);
    const size = chooseRunSize(
      timeSteps,
      (batch * requests.length) / this.threads,
      (tried) => {
        const { end, program } = layOut(tried, this.#start);
        return end - this.#start + program.codeBytes;
      },
      this.#budget / this.threads,
    );
    let end = this.#start;
    const layouts = this.#executors.map(() => {
      const layout = layOut(size, end);
      end = layout.end;
      return layout;
    });
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    const programs = layouts.map((layout) => {
      writeRun(this.#memory.buffer, this.#plan, this.#constants, requests, layout);
      clearProfile(this.#memory.buffer, layout.program);
      return layout.program;
    });
    const memory = {
      weightBytes: this.#start,
      workingBytes: end - this.#start + layouts.reduce((sum, { program }) => sum + program.codeBytes, 0),
      stepsAtOnce: size.capacity,
      imagesAtOnce: size.lanes * this.threads,
    };
    return { programs, memory };
  }

  /** Takes handfuls of jobs until none is left: fill the slots, simulate, read the results. */
  async #simulateStream(
    executor: Executor,
    program: ImageProgram,
    slots: readonly number[],
    sweep: Sweep,
    signal: AbortSignal,
  ): Promise<void> {
    const { requests, outputs } = sweep;
    const { buffer } = this.#memory;
    while (sweep.next < sweep.jobs) {
      signal.throwIfAborted();
      const jobs = takeJobs(sweep, slots);
      for (const job of jobs) {
        writeSlot(buffer, this.#plan, requests[job.member]!, program, program.slots[job.slot]!, job);
      }
      await executor.simulate(jobs);
      for (const { slot, member, image } of jobs) {
        const read = program.slots[slot]!;
        readSlot(buffer, this.#plan, requests[member]!, program, read, image, outputs[member]!);
      }
    }
  }
}

/** A batch under way: every image from every set of initial potentials. */
interface Sweep {
  readonly requests: readonly SimulationRequest[];
  readonly outputs: SimulationOutput[];
  readonly jobs: number;
  next: number;
}

/** The next jobs, at most one per slot; those about one image follow each other. */
function takeJobs(sweep: Sweep, slots: readonly number[]): (Job & { readonly image: number })[] {
  const members = sweep.requests.length;
  const first = sweep.next;
  const taken = slots.slice(0, sweep.jobs - first);
  sweep.next += taken.length;
  return taken.map((slot, i) => {
    const [image, member] = [Math.floor((first + i) / members), (first + i) % members];
    return { slot, image, member, sharesImage: i > 0 && member > 0 };
  });
}

/** Splits slots into two handfuls, so that one is computed while the other is exchanged. */
function handfuls(slots: number): number[][] {
  const all = Array.from({ length: slots }, (_, slot) => slot);
  const half = Math.ceil(slots / 2);
  return [all.slice(0, half), all.slice(half)].filter(({ length }) => length > 0);
}
