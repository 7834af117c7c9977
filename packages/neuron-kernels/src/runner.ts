import type { Backend, SimulationOutput, SimulationRequest } from './simulator.js';

/** Kernels behind a simulator: trusts its requests, runs one sweep at a time, stops soon after `signal` aborts. */
export interface Runner {
  readonly backend: Backend;
  readonly threads: number;
  /** Requests that differ in their initial potentials alone, at least one; returns an output for each. */
  run(requests: readonly SimulationRequest[], signal: AbortSignal): Promise<SimulationOutput[]>;
  close(): Promise<void>;
}
