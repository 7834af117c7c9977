import type { NetworkDescription } from './description.js';
import { inferShapes } from './shapes.js';

/** Multiply-accumulate operations of one image through the linear nodes of a network. */
export interface MultiplyAccumulates {
  /** conv2d: rows · columns · kernelHeight · kernelWidth · in · out (padding included, as is customary); dense: in · out. */
  readonly total: number;
  /** By node, in the order of the nodes. */
  readonly byNode: ReadonlyMap<string, number>;
}

/**
 * Multiply-accumulate operations that an ANN needs for one image: every weight, at every place, whatever its input. An
 * SNN has the same weights, so that its own description gives the number of the ANN it came from.
 *
 * Pooling, additions, biases and activations are not counted.
 *
 * @throws NetworkError listing every problem of the description
 * @example
 * countMultiplyAccumulates(buildResNet20({ classes: 10 })).total; // 40_813_184
 */
export function countMultiplyAccumulates(description: NetworkDescription): MultiplyAccumulates {
  const shapes = inferShapes(description);
  const byNode = new Map<string, number>();
  for (const node of description.nodes) {
    if (node.op !== 'conv2d' && node.op !== 'dense') continue;
    const input = shapes.get(node.inputs[0])!.at(-1)!;
    const outputs = shapes.get(node.name)!.reduce((product, extent) => product * extent, 1);
    const window = node.op === 'conv2d' ? node.kernelSize[0] * node.kernelSize[1] : 1;
    byNode.set(node.name, outputs * window * input);
  }
  const total = [...byNode.values()].reduce((sum, count) => sum + count, 0);
  return { total, byNode };
}
