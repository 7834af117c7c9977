/** One thing that keeps a network from being simulated. */
export interface CompileProblem {
  /** Name of the node it concerns; null when it concerns the network as a whole. */
  readonly node: string | null;
  /** What was found and what to do about it. */
  readonly message: string;
}

/** A network that cannot be simulated; the message lists every problem, one line each. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly problems: readonly CompileProblem[];

  constructor(network: string, problems: readonly CompileProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map(({ node, message }) => `  ${node === null ? '' : `${node}: `}${message}`);
    super(`compileNetwork: network ${JSON.stringify(network)} has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
