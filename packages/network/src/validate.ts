import type { NetworkDescription } from './description.js';
import { examineDescription } from './examine.js';
import type { Network } from './network.js';
import { NetworkError, type NetworkProblem } from './network-error.js';
import type { ParameterSpecification } from './node-shape.js';
import type { Tensor } from './tensor.js';

/**
 * Lists everything that is wrong with a network or a description, in the order of the nodes within each kind:
 * attributes out of range, unknown keys, duplicated names, unknown or misplaced inputs, cycles, unused nodes,
 * shapes that do not fit; of a network also missing, superfluous and wrongly shaped tensors, values that are not
 * finite, bounds and thresholds that are not positive, negative variances.
 *
 * @returns an empty list for a valid network
 */
export function findNetworkProblems(value: Network | NetworkDescription): readonly NetworkProblem[] {
  if (!isNetwork(value)) return examineDescription(value).problems;
  const { problems, parameters } = examineDescription(value.description);
  return [...problems, ...examineTensors(value, parameters, problems.length === 0)];
}

/**
 * Does nothing for a valid network or description.
 *
 * @throws NetworkError with all of {@link findNetworkProblems}
 */
export function validateNetwork(value: Network | NetworkDescription): void {
  const problems = findNetworkProblems(value);
  if (problems.length === 0) return;
  const { name } = isNetwork(value) ? value.description : value;
  throw new NetworkError('validateNetwork', name, problems);
}

function isNetwork(value: Network | NetworkDescription): value is Network {
  return 'description' in value;
}

function examineTensors(
  { description, tensors }: Network,
  parameters: readonly ParameterSpecification[],
  complete: boolean,
): readonly NetworkProblem[] {
  const problems: NetworkProblem[] = [];
  const expected = new Set<string>();
  for (const specification of parameters) {
    const { tensor: key } = specification;
    expected.add(key);
    const tensor = tensors.get(key);
    const messages =
      tensor === undefined
        ? [`must have shape ${shapesText(specification)}, is missing`]
        : examineTensor(tensor, specification);
    const node = nodeOf(key);
    problems.push(...messages.map((message) => ({ node, message: `tensor '${key}' ${message}` })));
  }
  // Nodes without a shape have no expected tensors: what belongs to them cannot be called superfluous. And only of
  // a valid description are the nodes what their type says.
  if (!complete) return problems;
  const names = new Set(description.nodes.map(({ name }) => name));
  for (const key of tensors.keys()) {
    if (expected.has(key)) continue;
    const owner = names.has(nodeOf(key)) ? nodeOf(key) : null;
    problems.push({ node: owner, message: `tensor '${key}' belongs to no node's parameters` });
  }
  return problems;
}

function examineTensor({ shape, data }: Tensor, specification: ParameterSpecification): readonly string[] {
  if (!specification.shapes.some((accepted) => accepted.join() === shape.join())) {
    return [`must have shape ${shapesText(specification)}, got [${shape.join(', ')}]`];
  }
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (data.length !== size) return [`must have ${size} values, got ${data.length}`];
  const problems: string[] = [];
  const notFinite = data.findIndex((value) => !Number.isFinite(value));
  if (notFinite >= 0) problems.push(`must be finite, got ${data[notFinite]!} at index ${notFinite}`);
  if (specification.positive) {
    const index = data.findIndex((value) => value <= 0);
    if (index >= 0) problems.push(`must be positive, got ${data[index]!} at index ${index}`);
  }
  const { epsilon } = specification;
  if (epsilon !== undefined) {
    const index = data.findIndex((value) => value < 0 || value + epsilon <= 0);
    if (index >= 0) {
      problems.push(`must not be negative, nor zero when epsilon is, got ${data[index]!} at index ${index}`);
    }
  }
  return problems;
}

function nodeOf(tensor: string): string {
  return tensor.slice(0, tensor.lastIndexOf('/'));
}

function shapesText({ shapes }: ParameterSpecification): string {
  const texts = new Set(shapes.map((shape) => `[${shape.join(', ')}]`));
  return [...texts].join(' or ');
}
