/** One thing that is wrong with a network. */
export interface NetworkProblem {
  /** Name of the node it concerns; null when it concerns the network as a whole. */
  readonly node: string | null;
  /** What must hold, what was found. */
  readonly message: string;
}

/** Problems that the message lists; a hostile file may have a million. */
const LISTED_PROBLEMS = 100;

/** A network that cannot be used as asked; the message lists every problem, one line each. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** All of them; the message lists the first hundred. */
  readonly problems: readonly NetworkProblem[];

  /**
   * @param caller  the function that refuses, as the first word of the message
   * @param network the network's name
   * @param source  the file it was read from, if any
   */
  constructor(caller: string, network: string, problems: readonly NetworkProblem[], source?: string) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const origin = source === undefined ? '' : ` from ${source}`;
    const lines = problems
      .slice(0, LISTED_PROBLEMS)
      .map(({ node, message }) => (node === null ? `  ${message}` : `  ${node}: ${message}`));
    if (problems.length > lines.length) lines.push(`  and ${problems.length - lines.length} more`);
    super(`${caller}: network ${JSON.stringify(network)}${origin} has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
