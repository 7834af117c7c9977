import { type ImportProblem, Refusal } from '../import-error.js';
import { constantOf } from './constant.js';
import type { OnnxModel, OnnxNode } from './onnx-model.js';
import { type GraphValues, OperatorCall } from './operator-call.js';
import { OPERATORS, remedyFor } from './operators/registry.js';

/** The nodes on which the output depends, in the order of the file, which must be topological. */
export function neededNodes(model: OnnxModel, output: string): readonly OnnxNode[] {
  const producer = new Map<string, OnnxNode>();
  for (const node of model.nodes) for (const name of node.outputs) producer.set(name, node);
  const needed = new Set<OnnxNode>();
  const pending = [output];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = producer.get(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.inputs);
  }
  return model.nodes.filter((node) => needed.has(node));
}

/** How often each value is read by the needed nodes; being the output counts as well. */
export function countUses(nodes: readonly OnnxNode[], output: string): ReadonlyMap<string, number> {
  const uses = new Map<string, number>([[output, 1]]);
  for (const { inputs } of nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** Translates nodes in their order; what cannot be imported is added to `problems`, and the rest goes on. */
export function translateNodes(
  model: OnnxModel,
  nodes: readonly OnnxNode[],
  graph: GraphValues,
  problems: ImportProblem[],
): void {
  // Values behind a node that was refused: their users are judged by their type alone.
  const unknown = new Set<string>();
  for (const node of nodes) {
    const name = node.name === '' ? (node.outputs[0] ?? node.opType) : node.name;
    try {
      const operator = node.domain === '' ? OPERATORS.get(node.opType) : undefined;
      if (operator === undefined) {
        const remedy = remedyFor(node.opType, node.domain, node.inputs[0]);
        throw new Refusal(
          `operator ${node.domain === '' ? '' : `${node.domain}.`}${node.opType} cannot be imported`,
          remedy,
        );
      }
      loadInitializers(model, node, graph, unknown);
      const extra = node.outputs.slice(1).find((output) => (graph.uses.get(output) ?? 0) > 0);
      if (extra !== undefined && node.opType !== 'Dropout') {
        throw new Refusal(
          `its output ${JSON.stringify(extra)} is used`,
          'Only first outputs can be imported',
        );
      }
      if (node.inputs.some((input) => unknown.has(input))) {
        for (const output of node.outputs) unknown.add(output);
        continue;
      }
      const value = operator(new OperatorCall(node, graph));
      if (value.kind === 'constant') graph.writer.reserve(value.data.length);
      graph.values.set(node.outputs[0] ?? '', value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ node: name, message: error.message, remedy: error.remedy });
      for (const output of node.outputs) unknown.add(output);
    }
  }
}

/** Decodes the weights that a node reads, when it is the first to read them. */
function loadInitializers(
  model: OnnxModel,
  node: OnnxNode,
  { values }: GraphValues,
  unknown: Set<string>,
): void {
  for (const name of node.inputs) {
    if (name === '' || values.has(name) || unknown.has(name)) continue;
    const tensor = model.initializers.get(name);
    if (tensor === undefined) {
      throw new Refusal(
        `its input ${JSON.stringify(name)} is computed by no node before it`,
        'Nodes must stand in the order of computation; check the file with onnx.checker',
      );
    }
    values.set(name, constantOf(tensor));
  }
}
