/** Cycles that are listed; a hostile description closes one with every edge. */
const LISTED_CYCLES = 10;
/** Nodes shown of the beginning and of the end of a long cycle. */
const CYCLE_ENDS = 6;

/**
 * One path for every cycle that a depth-first walk along the inputs closes, up to {@link LISTED_CYCLES}.
 *
 * @param inputsOf inputs of each node by its name; inputs that are no nodes are passed over
 * @internal
 */
export function findCycles(inputsOf: ReadonlyMap<string, readonly string[]>): readonly string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  for (const name of inputsOf.keys()) {
    // An explicit stack: a description read from a file may be deeper than the call stack.
    const path: string[] = [];
    const pending: { node: string; next: number }[] = [];
    const enter = (node: string): void => {
      if (state.get(node) === 'open' && cycles.length < LISTED_CYCLES)
        cycles.push(path.slice(path.indexOf(node)));
      if (state.has(node) || !inputsOf.has(node)) return;
      state.set(node, 'open');
      path.push(node);
      pending.push({ node, next: 0 });
    };
    enter(name);
    while (pending.length > 0) {
      const top = pending[pending.length - 1]!;
      const input = inputsOf.get(top.node)![top.next++];
      if (input !== undefined) {
        enter(input);
      } else {
        state.set(top.node, 'done');
        path.pop();
        pending.pop();
      }
    }
  }
  return cycles;
}

/**
 * A cycle as text, from a node to what it reads; the middle of a long one is left out.
 *
 * @internal
 */
export function cycleText(cycle: readonly string[]): string {
  const path = [...cycle, cycle[0]!];
  const middle = path.length - 2 * CYCLE_ENDS;
  const shown =
    middle <= 1 ? path : [...path.slice(0, CYCLE_ENDS), `… ${middle} nodes …`, ...path.slice(-CYCLE_ENDS)];
  return shown.join(' ← ');
}
