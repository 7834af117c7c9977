import type { NetworkDescription, NetworkNode } from './description.js';
import { descriptionShellSchema, networkNodeSchema } from './description-schema.js';
import { describeIssues } from './describe-issues.js';
import type { NetworkProblem } from './network-error.js';
import { parametersOfNode, type ParameterSpecification, type Shape, shapeOfNode } from './node-shape.js';
import { cycleText, findCycles } from './find-cycles.js';

/** What is known of a description after looking at all of it. */
export interface Examination {
  readonly problems: readonly NetworkProblem[];
  /** Output shapes of the nodes for which there is one; of all nodes when there are no problems. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Tensors of the nodes that have a shape. */
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
  const problems: NetworkProblem[] = [];
  if (!shell.success) {
    for (const problem of describeIssues(null, shell.error, description)) problems.push(problem);
  }
  // Where the frame is broken, the nodes are looked at all the same, as far as there are any.
  const { nodes, output } = (shell.success ? shell.data : (description ?? {})) as Record<string, unknown>;
  if (!Array.isArray(nodes)) return { problems, shapes: new Map(), parameters: [] };
  const entries = nodes.map((node: unknown, index) => readNode(node, index, problems));
  examineNames(entries, problems);
  const cyclic = examineOrder(entries, problems);
  if (typeof output === 'string') examineUse(entries, output, problems);
  const { shapes, parameters } = examineShapes(entries, cyclic, problems);
  if (shell.success) examineExtras(shell.data, entries, shapes, problems);
  return { problems, shapes, parameters };
}

function readNode(node: unknown, index: number, problems: NetworkProblem[]): Entry {
  const parsed = networkNodeSchema.safeParse(node);
  if (parsed.success) return { name: parsed.data.name, node: parsed.data };
  const given = typeof node === 'object' && node !== null && 'name' in node ? node.name : undefined;
  const name = typeof given === 'string' && given !== '' ? given : `nodes[${index}]`;
  // Not spread into push: a hostile node may have more issues than a call may have arguments.
  for (const problem of describeIssues(name, parsed.error, node)) problems.push(problem);
  return { name };
}

/** Names occur once, one input node. */
function examineNames(entries: readonly Entry[], problems: NetworkProblem[]): void {
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
}

/** Every input exists and stands before its use. Returns the nodes on cycles. */
function examineOrder(entries: readonly Entry[], problems: NetworkProblem[]): ReadonlySet<string> {
  // Of nodes with one name, which is a problem of its own, the first counts.
  const position = new Map(entries.map(({ name }, index) => [name, index] as const).toReversed());
  const cycles = findCycles(new Map(entries.map(({ name, node }) => [name, node?.inputs ?? []])));
  const cyclic = new Set(cycles.flat());
  for (const cycle of cycles) {
    problems.push({ node: cycle[0]!, message: `must not depend on itself: ${cycleText(cycle)}` });
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

/** The output exists, and every node contributes to it. */
function examineUse(entries: readonly Entry[], output: string, problems: NetworkProblem[]): void {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (!byName.has(output)) {
    problems.push({ node: null, message: `output must be the name of a node, got '${output}'` });
    return;
  }
  // Past a node whose inputs are unknown nothing can be said.
  if (entries.some(({ node }) => node === undefined)) return;
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
    if ('problem' in result) {
      problems.push({ node: name, message: result.problem });
      continue;
    }
    shapes.set(name, result.shape);
    if (inputs.length > 0) parameters.push(...parametersOfNode(node, inputs[0]!));
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
