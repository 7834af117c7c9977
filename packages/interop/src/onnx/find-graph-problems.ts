import type { ImportProblem } from '../import-error.js';
import type { OnnxModel } from './onnx-model.js';

/** Oldest and newest version of ONNX's operator set whose operators are read here. */
export const OPSETS = { oldest: 11, newest: 28 } as const;

/**
 * What keeps a graph from being imported as a whole, before any node is looked at: operator set, inputs, outputs, sparse
 * weights.
 *
 * @param output name of the value that is asked for; undefined: the graph's only output
 */
export function findGraphProblems(model: OnnxModel, output: string | undefined): ImportProblem[] {
  const problems: ImportProblem[] = [];
  const add = (message: string, remedy: string): void => {
    problems.push({ node: null, message, remedy });
  };
  const opset = model.opsets.get('');
  if (opset === undefined || opset < OPSETS.oldest || opset > OPSETS.newest) {
    add(
      `the file uses operator set ${opset ?? '(none)'} of ONNX`,
      `Export with an opset_version from ${OPSETS.oldest} to ${OPSETS.newest}`,
    );
  }
  const inputs = model.inputs.filter(({ name }) => !model.initializers.has(name));
  if (inputs.length !== 1) {
    const names = inputs.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
    add(
      `the graph has ${inputs.length} inputs: ${names}`,
      'Export a network that takes one image and nothing else',
    );
  }
  if (output === undefined && model.outputs.length !== 1) {
    const names = model.outputs.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
    add(
      `the graph has ${model.outputs.length} outputs: ${names}`,
      'Name the one that is the logits (--output)',
    );
  }
  if (output !== undefined && !model.nodes.some(({ outputs }) => outputs.includes(output))) {
    add(`no node computes the output ${JSON.stringify(output)}`, 'Name a value that a node computes');
  }
  if (model.sparseInitializers > 0) {
    add(`${model.sparseInitializers} weights are sparse tensors`, 'Export dense weights');
  }
  return problems;
}
