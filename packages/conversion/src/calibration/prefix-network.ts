import type { Network } from '@opi-snn/network';

/**
 * The part of a network that computes one node: that node as output, and all nodes it depends on.
 *
 * @param network valid
 * @param output  name of one of its nodes
 * @returns a network that shares its tensors; what describes the whole network (classes, provenance) is left out
 * @throws RangeError if there is no such node
 * @internal
 */
export function prefixNetwork({ description, tensors }: Network, output: string): Network {
  const needed = new Set([output]);
  for (const { name, inputs } of description.nodes.toReversed()) {
    if (needed.has(name)) for (const input of inputs) needed.add(input);
  }
  const nodes = description.nodes.filter(({ name }) => needed.has(name));
  if (!nodes.some(({ name }) => name === output)) {
    throw new RangeError(`prefixNetwork: output must be the name of a node, got ${JSON.stringify(output)}.`);
  }
  const kept = [...tensors].filter(([key]) => needed.has(key.slice(0, key.lastIndexOf('/'))));
  const { format, formatVersion, name } = description;
  return { description: { format, formatVersion, name, nodes, output }, tensors: new Map(kept) };
}
