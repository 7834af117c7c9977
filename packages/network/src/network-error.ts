/** One thing that is wrong with a network. */
export interface NetworkProblem {
  /** Name of the node it concerns; null when it concerns the network as a whole. */
  readonly node: string | null;
  /** What must hold, what was found. */
  readonly message: string;
}

/** A network that cannot be used as asked; the message lists every problem, one line each. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly problems: readonly NetworkProblem[];

  /**
   * @param caller  the function that refuses, as the first word of the message
   * @param network the network's name
   * @param source  the file it was read from, if any
   */
  constructor(caller: string, network: string, problems: readonly NetworkProblem[], source?: string) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const origin = source === undefined ? '' : ` from ${source}`;
    const lines = problems.map(({ node, message }) =>
      node === null ? `  ${message}` : `  ${node}: ${message}`,
    );
    super(`${caller}: network ${JSON.stringify(network)}${origin} has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
