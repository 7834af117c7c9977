import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { jobRequestSchema, RequestedJobs } from '../experiments/job-request.js';
import { addMachineOptions, type MachineOptions } from '../experiment-options.js';
import { CommandError, UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { wholeNumber } from '../options.js';
import { print } from '../output.js';
import { openRunStore } from '../run-store.js';

interface RunJobOptions extends MachineOptions {
  readonly plan: string;
  readonly index?: number;
  readonly of: number;
}

const planSchema = z.object({
  format: z.literal('opi-snn-plan'),
  formatVersion: z.literal(1),
  jobs: z.array(z.object({ id: z.string().regex(/^[0-9a-f]{64}$/u), request: jobRequestSchema })),
});
type PlannedRequests = z.infer<typeof planSchema>['jobs'];

/** `opi run-job ID --plan FILE`: one job of a plan, or every N-th, into the store. */
export function runJobCommand(): Command {
  return addMachineOptions(
    new Command('run-job')
      .description('Compute jobs of a plan into the store, unless they are there: for batch schedulers.')
      .argument('[id]', 'address of a job, or its first digits')
      .requiredOption('--plan <file>', 'what `opi plan --json` printed')
      .addOption(
        new Option(
          '--index <n>',
          'instead of an ID: the job at this place, from 0 ($SLURM_ARRAY_TASK_ID)',
        ).argParser(wholeNumber(0)),
      )
      .addOption(
        new Option('--of <n>', 'with --index: the size of the array; takes every n-th job from there on')
          .argParser(wholeNumber(1))
          .default(Number.MAX_SAFE_INTEGER, 'only that job'),
      ),
  ).action(runJob);
}

async function runJob(id: string | undefined, options: RunJobOptions): Promise<void> {
  const jobs = chooseJobs(await readPlan(options.plan), id, options);
  const store = await openRunStore(options);
  const requested = new RequestedJobs({ ...options, store, signal: interruption() });
  try {
    for (const job of jobs) {
      const { request } = job;
      print(`${job.id} ${await requested.execute(job.id, { ...request })}`);
    }
  } finally {
    await requested.close();
  }
}

function chooseJobs(jobs: PlannedRequests, id: string | undefined, options: RunJobOptions): PlannedRequests {
  const { index, of } = options;
  if ((id === undefined) === (index === undefined)) {
    throw new UsageError('run-job takes either an ID or --index, got both or neither.');
  }
  if (index !== undefined) {
    if (index >= jobs.length) {
      throw new UsageError(`--index must be below the number of jobs, ${jobs.length}, got ${index}.`);
    }
    return jobs.filter((_, place) => place >= index && (place - index) % of === 0);
  }
  const found = jobs.filter((job) => job.id.startsWith(id!));
  if (found.length !== 1) {
    throw new UsageError(
      `ID must be that of one job of the plan, got ${id!}, which is that of ${found.length}.`,
    );
  }
  return found;
}

async function readPlan(path: string): Promise<PlannedRequests> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CommandError(`${path} must be JSON. Make it with \`opi plan --json > ${path}\`.`);
  }
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    throw new CommandError(
      `${path} must be a plan of this version, got ${z.prettifyError(parsed.error)}. Make it with \`opi plan --json > ${path}\`.`,
    );
  }
  return parsed.data.jobs;
}
