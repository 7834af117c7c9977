import type { Backend, SimulationOutput, SimulationRequest } from './simulator.js';

/** Kernels behind a simulator: trusts its request, runs one at a time, stops soon after `signal` aborts. */
export interface Runner {
  readonly backend: Backend;
  readonly threads: number;
  run(request: SimulationRequest, signal: AbortSignal): Promise<SimulationOutput>;
  close(): Promise<void>;
}
