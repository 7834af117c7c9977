import type { Simulation } from '@opi-snn/simulation';

/** What an evaluation held in memory, and the most that the process ever had [bytes]. */
export interface EvaluationMemory {
  readonly budget: number;
  /** Of the kernels: weights as laid out, working memory, steps and images at once; null for the reference. */
  readonly kernels: NonNullable<Simulation['memory']> | null;
  /** Images read at a time. */
  readonly batchSize: number;
  /** Peak resident set of this process. */
  readonly peak: number;
}

/** What a run held, as of now. */
export function memoryUse({ memory, batchSize }: Simulation, budget: number): EvaluationMemory {
  return { budget, kernels: memory ?? null, batchSize, peak: process.resourceUsage().maxRSS * 1024 };
}

/** One line for people. */
export function formatMemory({ budget, kernels, batchSize, peak }: EvaluationMemory): string {
  const chosen =
    kernels === null
      ? ''
      : `; weights ${mebibytes(kernels.weightBytes)}, working memory ${mebibytes(kernels.workingBytes)} ` +
        `(${kernels.stepsAtOnce} steps and ${kernels.imagesAtOnce} images at once, batches of ${batchSize})`;
  return `memory: budget ${mebibytes(budget)}${chosen}; peak of the process ${mebibytes(peak)}`;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
