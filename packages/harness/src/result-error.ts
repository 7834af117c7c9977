/** Problems listed in one message; the rest is counted. */
const LISTED = 12;

/** A result file cannot be used: not JSON, not a result, or altered. The message lists what is wrong and what to do. */
export class ResultError extends Error {
  override readonly name: string = 'ResultError';
  /** File, or what the caller named it. */
  readonly source: string;
  readonly problems: readonly string[];

  /**
   * @param context  `<function>: <what it must be>`, without a full stop
   * @param source  file
   * @param problems  at least one, each without a full stop
   * @param options  the cause, if another error led here
   */
  constructor(
    context: string,
    source: string,
    problems: readonly string[],
    options: { readonly cause?: unknown } = {},
  ) {
    const shown = problems.slice(0, LISTED).map((problem) => `  ${problem}.`);
    const more = problems.length > LISTED ? [`  … and ${problems.length - LISTED} more.`] : [];
    super(
      [
        `${context}, got ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}:`,
        ...shown,
        ...more,
        'Run the command that made it again; results of an older version are not read.',
      ].join('\n'),
      options,
    );
    this.source = source;
    this.problems = problems;
  }
}
