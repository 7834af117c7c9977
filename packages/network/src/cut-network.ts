import type { Network } from './network.js';
import { validateNetwork } from './validate.js';

/**
 * The part of a network that computes one node, with that node as the output.
 *
 * Names of classes, which belong to the logits, are left out; tensors are shared with the source.
 *
 * @param output name of a node
 * @throws NetworkError listing every problem of the network
 * @throws RangeError if there is no such node
 * @example
 * cutNetwork(network, 'block1.conv1').description.output; // 'block1.conv1'
 */
export function cutNetwork(network: Network, output: string): Network {
  validateNetwork(network);
  const { description } = network;
  const byName = new Map(description.nodes.map((node) => [node.name, node]));
  if (!byName.has(output)) {
    throw new RangeError(`cutNetwork: output must be the name of a node, got ${JSON.stringify(output)}.`);
  }
  if (output === description.output) return network;
  const needed = new Set<string>();
  const pending = [output];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    pending.push(...byName.get(name)!.inputs);
  }
  const nodes = description.nodes.filter(({ name }) => needed.has(name));
  const tensors = new Map(
    [...network.tensors].filter(([key]) => needed.has(key.slice(0, key.lastIndexOf('/')))),
  );
  const cut = { ...description, nodes, output };
  delete cut.classes;
  return { description: cut, tensors };
}
