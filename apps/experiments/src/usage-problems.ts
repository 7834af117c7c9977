import { InvalidArgumentError, CommanderError, type Command, type Option } from 'commander';
import { nearest } from './nearest.js';

/** Errors of commander whose cause {@link optionProblems} finds, too. */
const FOUND_AGAIN = [
  'commander.invalidArgument',
  'commander.unknownOption',
  'commander.optionMissingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.missingArgument',
];

/**
 * What to say about a command line that cannot be: everything that is wrong with it, where commander ends at the first.
 *
 * @param error  commander's own
 * @param program  the program once more: nothing was parsed with it yet
 * @param args  what was typed behind its name
 */
export function explainUsage(
  { code, message }: CommanderError,
  program: Command,
  args: readonly string[],
): string {
  const found = optionProblems(program, args);
  const problems = FOUND_AGAIN.includes(code) ? found : [withoutPrefix(message), ...found];
  if (problems.length < 2) return message;
  return [`error: ${problems.length} problems:`, ...problems.map((problem) => `  ${problem}`)].join('\n');
}

/** A sentence for each value that cannot be, unknown option, and option or argument that is missing. */
function optionProblems(program: Command, args: readonly string[]): string[] {
  const { command, rest } = findCommand(program, args);
  const problems: string[] = [];
  for (const option of command.options) collectProblems(option, problems);
  let parsed: ReturnType<Command['parseOptions']>;
  try {
    parsed = command.parseOptions([...rest]);
  } catch (error) {
    // An option without its value, at the end: what else is missing cannot be told.
    if (error instanceof CommanderError) return [...problems, withoutPrefix(error.message)];
    throw error;
  }
  return [...problems, ...unknownOptions(command, parsed.unknown), ...missing(command, parsed)];
}

/** The command that is meant, and what is typed for it. */
function findCommand(
  command: Command,
  args: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  if (command.commands.length === 0) return { command, rest: args };
  const { operands, unknown } = command.parseOptions([...args]);
  const child = command.commands.find((candidate) => candidate.name() === operands[0]);
  return child === undefined
    ? { command, rest: args }
    : findCommand(child, [...operands.slice(1), ...unknown]);
}

/** Has an option note a value that it refuses, instead of ending the program. */
function collectProblems(option: Option, problems: string[]): void {
  const { parseArg, flags } = option;
  if (parseArg === undefined) return;
  option.argParser((value, previous) => {
    try {
      return parseArg(value, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      problems.push(`option '${flags}' argument '${value}' is invalid. ${error.message}`);
      return previous;
    }
  });
}

function unknownOptions(command: Command, unknown: readonly string[]): string[] {
  const known = command.options.flatMap(({ long }) => long ?? []);
  return unknown
    .filter((text) => /^--?[a-z]/iu.test(text))
    .map((text) => text.replace(/=.*$/u, ''))
    .map((flag) => `unknown option '${flag}'${nearest(flag, known)}`);
}

function missing(command: Command, { operands, unknown }: ReturnType<Command['parseOptions']>): string[] {
  const options = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  // Behind an unknown option nobody knows what is its value and what an argument.
  const expected = unknown.length > 0 ? [] : command.registeredArguments.slice(operands.length);
  return [
    ...options.map(({ flags }) => `required option '${flags}' not specified`),
    ...expected.flatMap((one) => (one.required ? [`missing required argument '${one.name()}'`] : [])),
  ];
}

function withoutPrefix(message: string): string {
  return message.replace(/^error: /u, '');
}
