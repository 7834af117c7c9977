import type { NetworkDescription, NetworkNode } from './description.js';
import { descriptionShellSchema, networkNodeSchema } from './description-schema.js';
import type { NetworkProblem } from './network-error.js';
import { parametersOfNode, type ParameterSpecification, type Shape, shapeOfNode } from './node-shape.js';
import type { z } from 'zod';

/** What is known of a description after looking at all of it. */
export interface Examination {
  readonly problems: readonly NetworkProblem[];
  /** Output shapes of the nodes for which there is one; of all nodes when there are no problems. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Tensors of the nodes whose input shape is known. */
  readonly parameters: readonly ParameterSpecification[];
}

/** A node that passed its schema, or only the name of one that did not. */
interface Entry {
  readonly name: string;
  readonly node?: NetworkNode;
}

/**
 * Looks at a whole description, nodes one by one and then the graph, and lists everything that is wrong.
 *
 * @internal
 */
export function examineDescription(description: unknown): Examination {
  const shell = descriptionShellSchema.safeParse(description);
  if (!shell.success) {
    return { problems: describeIssues(null, shell.error), shapes: new Map(), parameters: [] };
  }
  const problems: NetworkProblem[] = [];
  const entries = shell.data.nodes.map((node, index) => readNode(node, index, problems));
  // From here on values are what the schemas say, except the nodes without `node`.
  const output = shell.data.output;
  examineNames(entries, output, problems);
  const cyclic = examineOrder(entries, problems);
  examineUse(entries, output, problems);
  const { shapes, parameters } = examineShapes(entries, cyclic, problems);
  examineExtras(shell.data, entries, shapes, problems);
  return { problems, shapes, parameters };
}

function readNode(node: unknown, index: number, problems: NetworkProblem[]): Entry {
  const parsed = networkNodeSchema.safeParse(node);
  if (parsed.success) return { name: parsed.data.name, node: parsed.data };
  const given = typeof node === 'object' && node !== null && 'name' in node ? node.name : undefined;
  const name = typeof given === 'string' && given !== '' ? given : `nodes[${index}]`;
  problems.push(...describeIssues(name, parsed.error));
  return { name };
}

/** Names occur once, one input node, the output exists. */
function examineNames(entries: readonly Entry[], output: string, problems: NetworkProblem[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name))
      problems.push({ node: name, message: 'name must be unique, it is used by another node' });
    seen.add(name);
  }
  const inputs = entries.filter(({ node }) => node?.op === 'input');
  const unreadable = entries.some(({ node }) => node === undefined);
  if (inputs.length > 1 || (inputs.length === 0 && !unreadable)) {
    const names = inputs.map(({ name }) => name).join(', ');
    const found = inputs.length === 0 ? 'none' : `${inputs.length}: ${names}`;
    problems.push({ node: null, message: `nodes must have exactly one input node, got ${found}` });
  }
  if (!seen.has(output)) {
    problems.push({ node: null, message: `output must be the name of a node, got '${output}'` });
  }
}

/** Every input exists and stands before its use. Returns the nodes on cycles. */
function examineOrder(entries: readonly Entry[], problems: NetworkProblem[]): ReadonlySet<string> {
  const position = new Map(entries.map(({ name }, index) => [name, index]));
  const cycles = findCycles(entries);
  const cyclic = new Set(cycles.flat());
  for (const cycle of cycles) {
    const path = [...cycle, cycle[0]!].join(' ← ');
    problems.push({ node: cycle[0]!, message: `must not depend on itself: ${path}` });
  }
  entries.forEach(({ name, node }, index) => {
    for (const input of new Set<string>(node?.inputs)) {
      const at = position.get(input);
      if (at === undefined) {
        problems.push({ node: name, message: `input '${input}' is not the name of a node` });
      } else if (at >= index && !(cyclic.has(name) && cyclic.has(input))) {
        problems.push({ node: name, message: `input '${input}' must stand before it in the list of nodes` });
      }
    }
  });
  return cyclic;
}

/** One path for every cycle that a depth-first walk along the inputs closes. */
function findCycles(entries: readonly Entry[]): readonly string[][] {
  const inputsOf = new Map(entries.map(({ name, node }) => [name, node?.inputs ?? []]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  for (const { name } of entries) {
    // An explicit stack: a description read from a file may be deeper than the call stack.
    const path: string[] = [];
    const pending: { node: string; next: number }[] = [];
    const enter = (node: string): void => {
      if (state.get(node) === 'open') cycles.push(path.slice(path.indexOf(node)));
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

/** Every node contributes to the output. */
function examineUse(entries: readonly Entry[], output: string, problems: NetworkProblem[]): void {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  // Without an output, or past a node whose inputs are unknown, nothing can be said.
  if (!byName.has(output) || entries.some(({ node }) => node === undefined)) return;
  const used = new Set<string>();
  const pending = [output];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    pending.push(...(byName.get(name)?.node?.inputs ?? []));
  }
  for (const name of byName.keys()) {
    if (!used.has(name)) problems.push({ node: name, message: `is not used by the output '${output}'` });
  }
}

/** Shapes in order; a node behind one without a shape has none and is not reported again. */
function examineShapes(
  entries: readonly Entry[],
  cyclic: ReadonlySet<string>,
  problems: NetworkProblem[],
): Pick<Examination, 'shapes' | 'parameters'> {
  const shapes = new Map<string, Shape>();
  const parameters: ParameterSpecification[] = [];
  for (const { name, node } of entries) {
    if (node === undefined || cyclic.has(name) || shapes.has(name)) continue;
    const inputs = node.inputs.map((input) => shapes.get(input));
    if (!inputs.every((shape) => shape !== undefined)) continue;
    const result = shapeOfNode(node, inputs);
    if (inputs.length > 0) parameters.push(...parametersOfNode(node, inputs[0]!));
    if ('problem' in result) problems.push({ node: name, message: result.problem });
    else shapes.set(name, result.shape);
  }
  return { shapes, parameters };
}

/** Preprocessing has a value per input channel, there is a class name per logit. */
function examineExtras(
  description: Pick<NetworkDescription, 'output' | 'preprocessing' | 'classes'>,
  entries: readonly Entry[],
  shapes: ReadonlyMap<string, Shape>,
  problems: NetworkProblem[],
): void {
  const { preprocessing, classes, output } = description;
  const input = entries.find(({ node }) => node?.op === 'input');
  const channels = input === undefined ? undefined : shapes.get(input.name)?.[2];
  for (const key of ['mean', 'standardDeviation'] as const) {
    const length = preprocessing?.[key].length;
    if (length !== undefined && channels !== undefined && length !== channels) {
      const message = `preprocessing.${key} must have one value for each of ${channels} channels, got ${length}`;
      problems.push({ node: null, message });
    }
  }
  const logits = shapes.get(output);
  if (classes !== undefined && logits !== undefined && logits.join() !== String(classes.length)) {
    const message = `classes must name each logit of the output [${logits.join(', ')}], got ${classes.length} names`;
    problems.push({ node: null, message });
  }
}

function describeIssues(node: string | null, error: z.ZodError): readonly NetworkProblem[] {
  return error.issues.map(({ path, message }) => {
    const at = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    return { node, message: at === '' ? message : `${at.replace(/^\./, '')}: ${message}` };
  });
}
