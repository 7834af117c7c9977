import type { JsonValue, PlannedJob } from '@opi-snn/harness';
import type { Precision } from '@opi-snn/neuron-kernels';
import { z } from 'zod';
import { CommandError } from '../failure.js';
import type { ExperimentContext, ExperimentSettings } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import { PROFILES } from './profile.js';
import { EXPERIMENTS } from './registry.js';
import { experimentJobs, openExperiment } from './run-experiment.js';

/** What another machine needs to plan an experiment in the same way: everything that changes numbers. */
export interface JobRequest {
  readonly experiment: string;
  readonly profile: (typeof PROFILES)[number];
  readonly images: number;
  readonly timeSteps: readonly number[];
  readonly seeds: readonly number[];
  /** Null: what the experiment says. */
  readonly calibrationImages: number | null;
  readonly precision: Precision;
  readonly backend: 'tensorflow' | 'wasm';
}

/** A request from outside: a queue, or a file. */
export const jobRequestSchema: z.ZodType<JobRequest> = z.strictObject({
  experiment: z.string(),
  profile: z.enum(['quick', 'standard', 'full']),
  images: z.int().positive(),
  timeSteps: z.array(z.int().positive()).min(1),
  seeds: z.array(z.int().nonnegative()).min(1),
  calibrationImages: z.int().positive().nullable(),
  precision: z.enum(['float32', 'int16']),
  backend: z.enum(['tensorflow', 'wasm']),
});

/** The request that plans the same jobs elsewhere. */
export function requestOf(context: ExperimentContext, backend: JobRequest['backend']): JobRequest {
  const { definition, settings, images, timeSteps, seeds } = context;
  const { profile, precision, calibrationImages = null } = settings;
  return {
    experiment: definition.id,
    profile,
    images,
    timeSteps,
    seeds,
    calibrationImages,
    precision,
    backend,
  };
}

/** An experiment that stays open between its jobs. */
interface OpenRequest {
  readonly context: ExperimentContext;
  readonly jobs: ReadonlyMap<string, PlannedJob>;
}

/** Experiments that are kept open: their jobs mostly come one after the other. */
const KEPT_OPEN = 2;

/**
 * Executes jobs by their address. The address covers network, images and arithmetic: a machine that has others plans
 * other jobs, finds none of this address, and refuses.
 */
export class RequestedJobs {
  readonly #open = new Map<string, Promise<OpenRequest>>();

  constructor(
    private readonly settings: Pick<
      ExperimentSettings,
      'data' | 'kernels' | 'threads' | 'memory' | 'store' | 'signal'
    >,
  ) {}

  /**
   * Computes one job into the store, unless it is there.
   *
   * @param id address
   * @param payload a {@link JobRequest}
   * @throws CommandError if the request is malformed, or this machine cannot compute that job faithfully
   */
  async execute(id: string, payload: JsonValue): Promise<'stored' | 'executed'> {
    const parsed = jobRequestSchema.safeParse(payload);
    if (!parsed.success) {
      throw new CommandError(
        `a job must have a request of this version, got ${z.prettifyError(parsed.error)}.`,
      );
    }
    const { jobs } = await this.#opened(parsed.data);
    const job = jobs.get(id);
    if (job === undefined) {
      throw new CommandError(
        `job ${id.slice(0, 16)}… must be one of ${parsed.data.experiment}, got none of this address: checkpoint, images, program or arithmetic of this machine are others. Use the same checkout and data everywhere.`,
      );
    }
    return job.execute();
  }

  /** Ends all simulators. */
  async close(): Promise<void> {
    for (const key of [...this.#open.keys()]) await this.#close(key);
  }

  async #opened(request: JobRequest): Promise<OpenRequest> {
    const key = JSON.stringify(request);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    for (const old of [...this.#open.keys()].slice(0, 1 - KEPT_OPEN)) await this.#close(old);
    const opening = this.#openRequest(request);
    this.#open.set(key, opening);
    // What failed to open is tried again with the next job: data may have been mended meanwhile.
    opening.catch(() => this.#open.delete(key));
    return opening;
  }

  async #openRequest({ experiment, calibrationImages, ...asked }: JobRequest): Promise<OpenRequest> {
    const command = `opi reproduce ${experiment}`;
    const definition = experimentOf(experiment);
    const context = await openExperiment(definition, {
      ...this.settings,
      ...asked,
      calibrationImages: calibrationImages ?? undefined,
      command,
    });
    const jobs = await experimentJobs(definition, context);
    return { context, jobs: new Map(jobs.map((job) => [job.id, job])) };
  }

  async #close(key: string): Promise<void> {
    const opened = this.#open.get(key);
    this.#open.delete(key);
    await opened?.then(
      ({ context }) => context.close(),
      () => undefined,
    );
  }
}

function experimentOf(id: string): ExperimentDefinition {
  const found = EXPERIMENTS.find((one) => one.id === id);
  if (found === undefined) {
    throw new CommandError(
      `an experiment must be one that this program knows, got ${JSON.stringify(id)}. Use the same checkout everywhere.`,
    );
  }
  return found;
}
