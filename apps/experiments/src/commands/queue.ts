import { Command } from 'commander';
import { jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { queueConnection, queueNameOption, queueOption, type QueueOptions } from '../queue-options.js';

/** `opi queue status|retry|clear`: what a queue holds. */
export function queueCommand(): Command {
  const withQueue = (command: Command): Command =>
    command.addOption(queueOption()).addOption(queueNameOption());
  const status = withQueue(new Command('status').description('Show jobs, workers, and what was set aside.'))
    .addOption(jsonOption())
    .action(showStatus);
  const retry = withQueue(new Command('retry').description('Put jobs that were set aside back.')).action(
    retryJobs,
  );
  const clear = withQueue(new Command('clear').description('Remove all jobs; results stay.')).action(
    clearJobs,
  );
  return new Command('queue')
    .description('Look after the queue of `opi reproduce --queue`.')
    .addCommand(status, { isDefault: true })
    .addCommand(retry)
    .addCommand(clear);
}

async function showStatus(options: QueueOptions & { readonly json?: true }): Promise<void> {
  const { queueStatus } = await import('@opi-snn/harness/job-queue');
  const status = await queueStatus(await queueConnection(options.queue), options.queueName);
  if (options.json) {
    printJson(status);
    return;
  }
  const { waiting, active, retried, workers, setAside } = status;
  print(
    `waiting ${waiting}, active ${active}, to be tried again ${retried}, set aside ${setAside.length}; workers ${workers}`,
  );
  for (const { id, error, attempts } of setAside)
    print(`  ${id.slice(0, 16)}…, ${attempts} attempts: ${error}`);
  if (setAside.length > 0) print('Mend the cause, then `opi queue retry`.');
}

async function retryJobs(options: QueueOptions): Promise<void> {
  const { retrySetAside } = await import('@opi-snn/harness/job-queue');
  const count = await retrySetAside(await queueConnection(options.queue), options.queueName);
  print(`${count} put back.`);
}

async function clearJobs(options: QueueOptions): Promise<void> {
  const { clearQueue } = await import('@opi-snn/harness/job-queue');
  await clearQueue(await queueConnection(options.queue), options.queueName);
  print('The queue is empty.');
}
