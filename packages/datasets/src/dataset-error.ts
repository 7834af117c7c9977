/** One thing that is wrong with a data set's files: what was found where, and what was expected. */
export interface DatasetProblem {
  /** Path of the file as it was looked for. */
  readonly file: string;
  /** What was compared: existence, length, checksum, header field, label range, archive entries. */
  readonly subject: 'presence' | 'size' | 'checksum' | 'header' | 'label' | 'archive' | 'reading';
  /** What the file must have, such as `30730000 bytes`. */
  readonly expected: string;
  /** What it has, such as `1000 bytes`. */
  readonly found: string;
}

/**
 * A data set cannot be used. The message lists every problem (one line each, with file, expected and found
 * value) and ends with the remedy; {@link DatasetError.problems} holds the same as data.
 */
export class DatasetError extends Error {
  override readonly name: string = 'DatasetError';
  /** Name of the data set, such as `cifar-10`. */
  readonly dataset: string;
  readonly problems: readonly DatasetProblem[];
  /** What to do about it, one sentence. */
  readonly remedy: string;

  /**
   * @param context  where it happened: `<function>: <what could not be done>`
   * @param dataset  name of the data set
   * @param problems what is wrong, at least one
   * @param remedy   what the reader can do
   */
  constructor(context: string, dataset: string, problems: readonly DatasetProblem[], remedy: string) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`${context}, ${count}:`, ...problems.map(describeProblem), remedy].join('\n'));
    this.dataset = dataset;
    this.problems = problems;
    this.remedy = remedy;
  }
}

/** One line: `  <file>: <subject> must be <expected>, got <found>.` */
function describeProblem({ file, subject, expected, found }: DatasetProblem): string {
  if (subject === 'presence') return `  ${file}: is missing (expected ${expected}).`;
  if (subject === 'reading') return `  ${file}: cannot be read: ${found}.`;
  if (subject === 'archive') return `  ${file}: archive must hold ${expected}, got ${found}.`;
  return `  ${file}: ${subject} must be ${expected}, got ${found}.`;
}

/** The sentence every message about absent or damaged files ends with. */
export function fetchRemedy(dataset: string): string {
  return `Run \`opi data fetch ${dataset}\`, or name the folder that holds the files with --data DIR or OPI_DATA_DIR.`;
}
