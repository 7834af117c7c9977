import { canonicalValue, type JsonValue } from './canonical-json.js';
import type { ImageRange } from './simulation-job.js';

/** A part of a run that was computed on its own. */
export interface ShardRecord {
  /** Address of the job that computed it; its artifact lies in the store. */
  readonly job: string;
  readonly images: ImageRange;
  /** SHA-256 over the predictions of these images at every step. */
  readonly predictionHash: string;
}

/**
 * One node of a result's job graph: a run, what decided it (`spec` names network, data set, conversion, potential, seed
 * by hash and value; its address is the run's), and the jobs whose predictions, one after the other, are its own.
 */
export interface RunRecord {
  /** Address of {@link spec}; a series names its runs by it. */
  readonly address: string;
  readonly spec: JsonValue;
  readonly predictionHash: string;
  readonly shards: readonly ShardRecord[];
}

/**
 * The record of a finished run.
 *
 * @param run  simulation or evaluation
 * @returns plain JSON, the same whatever came from the store
 */
export function recordRun({
  address,
  spec,
  predictionHash,
  shards,
}: Omit<RunRecord, 'spec'> & { readonly spec: unknown }): RunRecord {
  return { address, spec: canonicalValue(spec), predictionHash, shards };
}
