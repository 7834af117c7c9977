import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT_INTERRUPTED, EXIT_USAGE, exitCodeOf, explainError } from './failure.js';
import { interruption } from './interruption.js';
import { NARROW_HELP } from './narrow-help.js';
import { explainUsage } from './usage-problems.js';

const HINT = '(opi --help lists the commands, opi COMMAND --help its options)';

/** The commands in the order of the help. A command loads what it needs and no other's libraries: that is most of its start. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  reproduce: async () => (await import('./commands/reproduce.js')).reproduceCommand(),
  verify: async () => (await import('./commands/verify.js')).verifyCommand(),
  provenance: async () => (await import('./commands/provenance.js')).provenanceCommand(),
  store: async () => (await import('./commands/store.js')).storeCommand(),
  plan: async () => (await import('./commands/plan.js')).planCommand(),
  'run-job': async () => (await import('./commands/run-job.js')).runJobCommand(),
  worker: async () => (await import('./commands/worker.js')).workerCommand(),
  queue: async () => (await import('./commands/queue.js')).queueCommand(),
  train: async () => (await import('./commands/train.js')).trainCommand(),
  convert: async () => (await import('./commands/convert.js')).convertCommand(),
  evaluate: async () => (await import('./commands/evaluate.js')).evaluateCommand(),
  diagnose: async () => (await import('./commands/diagnose.js')).diagnoseCommand(),
  import: async () => (await import('./commands/import.js')).importCommand(),
  data: async () => (await import('./commands/data.js')).dataCommand(),
  report: async () => (await import('./commands/report.js')).reportCommand(),
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand(),
};

/**
 * The program `opi`; nothing runs before `parseAsync`.
 *
 * @param name  first argument: with the name of a command, only that command is loaded; else all are
 */
export async function buildProgram(name?: string): Promise<Command> {
  const program = new Command('opi')
    .description(
      'Convert trained image networks to spiking ones that start at their optimal membrane potential, and reproduce the tables of Bu et al. (AAAI 2022).',
    )
    .version(programVersion(), '--version', 'show the version')
    .showSuggestionAfterError(true)
    .configureHelp(NARROW_HELP)
    // Told by `main`, all at once.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const isKnown = name !== undefined && Object.hasOwn(COMMANDS, name);
  const chosen = isKnown ? [COMMANDS[name]!] : Object.values(COMMANDS);
  for (const command of await Promise.all(chosen.map((load) => load()))) {
    program.addCommand(inherit(command, program));
  }
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

/** Commands that have nothing to continue from when they are interrupted. */
const WRITE_AT_THE_END: ReadonlySet<string> = new Set(['convert', 'diagnose', 'evaluate', 'import']);

/**
 * Runs `opi` with the arguments of a process and sets `process.exitCode`:
 * 0 success, 1 failure (the message is on standard error), 2 wrong usage, 3 results worse than committed, 130 interrupted
 * by Ctrl-C.
 */
export async function main(argv: readonly string[]): Promise<void> {
  listenForLostReaders();
  try {
    await (await buildProgram(argv[2])).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      if (error.exitCode === 0 || error.code === 'commander.help') return;
      const text = explainUsage(error, await buildProgram(argv[2]), argv.slice(2));
      process.stderr.write(`${text}\n${HINT}\n`);
      return;
    }
    if (interruption().aborted) {
      const kept = WRITE_AT_THE_END.has(argv[2] ?? '')
        ? 'Nothing was written.'
        : 'What was finished is kept; the same command continues there.';
      process.stderr.write(`opi: interrupted. ${kept}\n`);
      process.exitCode = EXIT_INTERRUPTED;
      return;
    }
    process.stderr.write(`opi: ${explainError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
