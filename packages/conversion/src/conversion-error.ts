/** One thing that keeps a network from being converted. */
export interface ConversionProblem {
  /** Name of the node it concerns; null when it concerns the network or the options as a whole. */
  readonly node: string | null;
  /** What must hold and what was found. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A network that cannot be converted as asked; the message lists every problem, one line each, with its remedy. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
  readonly problems: readonly ConversionProblem[];

  /**
   * @param caller   the function that refuses, the first word of the message
   * @param network  name of the network
   * @param problems at least one
   */
  constructor(caller: string, network: string, problems: readonly ConversionProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map(({ node, message, remedy }) => {
      return `  ${node === null ? '' : `${node}: `}${message}. ${remedy}`;
    });
    super(`${caller}: network ${JSON.stringify(network)} has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
