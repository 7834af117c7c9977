/** One obstacle that keeps a network from being imported. */
export interface ImportProblem {
  /** The node, tensor or key it concerns, by its name in the source; null when it concerns the file as a whole. */
  readonly node: string | null;
  /** What was found and why it cannot be imported. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Problems that the message lists; a hostile file may have a million. */
const LISTED_PROBLEMS = 40;

/** Characters of one line; names come from the file and may be of any length. */
const LONGEST_TEXT = 400;

/** A file that cannot be imported; the message lists every obstacle with its remedy. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  /** All of them; the message lists the first forty. */
  readonly problems: readonly ImportProblem[];

  /**
   * @param caller the function that refuses, as the first word of the message
   * @param source the file, or `bytes` when they came from no file
   */
  constructor(caller: string, source: string, problems: readonly ImportProblem[], cause?: unknown) {
    const listed = problems.slice(0, LISTED_PROBLEMS);
    const first = listed.length < problems.length ? `, the first ${LISTED_PROBLEMS}` : '';
    const count = problems.length === 1 ? '1 obstacle' : `${problems.length} obstacles${first}`;
    const text = `${caller}: ${source} has ${count}:\n${describe(listed).join('\n')}`;
    super(text, cause === undefined ? {} : { cause });
    this.problems = problems;
  }
}

/** A line for each; a remedy that several in a row share stands once, on a line of its own after them. */
function describe(problems: readonly ImportProblem[]): string[] {
  return problems.flatMap(({ node, message, remedy }, i) => {
    const problem = `  ${node === null ? '' : `${printable(node)}: `}${printable(message)}.`;
    if (problems[i + 1]?.remedy === remedy) return [problem];
    const advice = `${printable(remedy)}.`;
    return problems[i - 1]?.remedy === remedy ? [problem, `  ${advice}`] : [`${problem} ${advice}`];
  });
}

/**
 * Thrown where one node or file turns out not to be importable; whoever knows its name makes an
 * {@link ImportProblem} of it.
 *
 * @internal
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** One line without control characters, cut to a bearable length. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is being removed
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
  return clean.length <= LONGEST_TEXT ? clean : `${clean.slice(0, LONGEST_TEXT)}…`;
}
