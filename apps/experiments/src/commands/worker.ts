import { Command, Option } from 'commander';
import { RequestedJobs } from '../experiments/job-request.js';
import { addMachineOptions, type MachineOptions } from '../experiment-options.js';
import { interruption } from '../interruption.js';
import { wholeNumber } from '../options.js';
import { queueConnection, queueNameOption, queueOption, type QueueOptions } from '../queue-options.js';
import { openRunStore } from '../run-store.js';

interface WorkerOptions extends MachineOptions, QueueOptions {
  readonly idle?: number;
  readonly lease: number;
}

/** `opi worker --queue URL`: computes jobs of a queue until it is stopped. */
export function workerCommand(): Command {
  return addMachineOptions(
    new Command('worker')
      .description(
        'Compute jobs that `opi reproduce --queue` puts into a queue. Ctrl-C stops it after the job under way; whatever ends it, nothing is lost.',
      )
      .addOption(queueOption())
      .addOption(queueNameOption()),
  )
    .addOption(
      new Option(
        '--idle <seconds>',
        'leave when there was nothing to do for so long (default: stay)',
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option('--lease <seconds>', 'a job whose worker was silent for so long is given to another one')
        .argParser(wholeNumber(1))
        .default(30),
    )
    .action(work);
}

async function work(options: WorkerOptions): Promise<void> {
  const { serveJobs } = await import('@opi-snn/harness/job-queue');
  const connection = await queueConnection(options.queue);
  const store = await openRunStore(options);
  // A job under way is finished: only leaving is asked for.
  const requested = new RequestedJobs({ ...options, store, signal: new AbortController().signal });
  const tell = (line: string): boolean => process.stderr.write(`opi worker: ${line}\n`);
  try {
    const served = await serveJobs({
      connection,
      queue: options.queueName,
      execute: ({ id, payload }) => requested.execute(id, payload),
      onJob: ({ id, outcome, error }) => tell(`${id.slice(0, 16)}… ${outcome ?? `failed: ${error ?? ''}`}`),
      signal: interruption(),
      leaseMs: options.lease * 1000,
      ...(options.idle === undefined ? {} : { idleMs: options.idle * 1000 }),
    });
    tell(`${served} jobs done`);
  } finally {
    await requested.close();
  }
}
