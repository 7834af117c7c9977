/** One thing that is wrong with a safetensors file. */
export interface SafetensorsProblem {
  /** Name of the tensor it concerns; null when it concerns the file as a whole. */
  readonly tensor: string | null;
  /** What must hold, what was found. */
  readonly message: string;
}

/** Problems that the message lists; a hostile file may have a million. */
const LISTED_PROBLEMS = 20;

/** A safetensors file that is broken, hostile, or of a kind that is not read here. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  /** All of them; the message lists the first twenty. */
  readonly problems: readonly SafetensorsProblem[];

  /** @param source the file, or `bytes` when they came from no file */
  constructor(caller: string, source: string, problems: readonly SafetensorsProblem[]) {
    const listed = problems.slice(0, LISTED_PROBLEMS).map(({ tensor, message }) => {
      return tensor === null ? `  ${message}` : `  tensor ${JSON.stringify(tensor)}: ${message}`;
    });
    const rest = problems.length - listed.length;
    if (rest > 0) listed.push(`  and ${rest} more`);
    super(`${caller}: ${source} must be a whole safetensors file:\n${listed.join('\n')}`);
    this.problems = problems;
  }
}
