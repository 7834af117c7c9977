import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { convertCommand } from './commands/convert.js';
import { dataCommand } from './commands/data.js';
import { diagnoseCommand } from './commands/diagnose.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { importCommand } from './commands/import.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { trainCommand } from './commands/train.js';
import { planCommand } from './commands/plan.js';
import { provenanceCommand } from './commands/provenance.js';
import { queueCommand } from './commands/queue.js';
import { runJobCommand } from './commands/run-job.js';
import { storeCommand } from './commands/store.js';
import { verifyCommand } from './commands/verify.js';
import { workerCommand } from './commands/worker.js';
import { EXIT_INTERRUPTED, EXIT_USAGE, exitCodeOf, explainError } from './failure.js';
import { interruption } from './interruption.js';
import { NARROW_HELP } from './narrow-help.js';

/** The program `opi` with all its commands; nothing runs before `parseAsync`. */
export function buildProgram(): Command {
  const program = new Command('opi')
    .description(
      'Convert trained image networks to spiking ones that start at their optimal membrane potential, and reproduce the tables of Bu et al. (AAAI 2022).',
    )
    .version(programVersion(), '--version', 'show the version')
    .showHelpAfterError('(opi --help lists the commands, opi COMMAND --help its options)')
    .showSuggestionAfterError(true)
    .configureHelp(NARROW_HELP)
    .exitOverride();
  const commands = [
    reproduceCommand(),
    verifyCommand(),
    provenanceCommand(),
    storeCommand(),
    planCommand(),
    runJobCommand(),
    workerCommand(),
    queueCommand(),
    trainCommand(),
    convertCommand(),
    evaluateCommand(),
    diagnoseCommand(),
    importCommand(),
    dataCommand(),
    reportCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
}

function programVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * A reader that closes the pipe early (`opi … | head`) is no failure: the work goes on, for its files. Any other error
 * of standard output, such as a full disk behind `> file`, is told and ends the command.
 */
function listenForLostReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      if (stream === process.stdout) process.stderr.write(`opi: standard output: ${explainError(error)}\n`);
      process.exit(1);
    });
  }
}

function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

/**
 * Runs `opi` with the arguments of a process and sets `process.exitCode`:
 * 0 success, 1 failure (the message is on standard error), 2 wrong usage, 3 results worse than committed, 130 interrupted
 * by Ctrl-C.
 */
export async function main(argv: readonly string[]): Promise<void> {
  listenForLostReaders();
  try {
    await buildProgram().parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      return;
    }
    if (interruption().aborted) {
      process.stderr.write(
        'opi: interrupted. What was finished is kept; the same command continues there.\n',
      );
      process.exitCode = EXIT_INTERRUPTED;
      return;
    }
    process.stderr.write(`opi: ${explainError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
