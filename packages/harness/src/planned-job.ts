import { canonicalValue, type JsonValue } from './canonical-json.js';
import { executeJobs, type ExecuteJobsOptions } from './execute-jobs.js';
import { contentAddress } from './hash.js';

/** One piece of work that any machine with the same program, network and images can do, in any order. */
export interface PlannedJob {
  /** Address of {@link spec}, under which the result is stored: 64 hexadecimal digits. */
  readonly id: string;
  /** Everything that decides the result. */
  readonly spec: JsonValue;
  /** Computes it into the store, unless it is there. */
  execute(): Promise<'stored' | 'executed'>;
}

/**
 * Jobs that can be executed one by one, wherever they are wanted. {@link executeJobs} with the same specs and options
 * then finds everything in the store.
 *
 * @param specs  plain data
 * @param options  store, kind and executor; progress is not told
 * @returns one job per spec, in the order given
 * @throws TypeError if a spec is not plain JSON
 */
export function planJobs<Spec, Result>(
  specs: readonly Spec[],
  options: Omit<ExecuteJobsOptions<Spec, Result>, 'onProgress'>,
): PlannedJob[] {
  return specs.map((spec) => ({
    id: contentAddress(spec),
    spec: canonicalValue(spec),
    execute: async (): Promise<'stored' | 'executed'> => {
      const [finished] = await executeJobs([spec], options);
      return finished!.source;
    },
  }));
}
