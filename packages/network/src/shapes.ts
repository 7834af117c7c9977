import type { NetworkDescription } from './description.js';
import { examineDescription, type Examination } from './examine.js';
import { NetworkError } from './network-error.js';

/**
 * Shape of every node's output, without the batch: `[height, width, channels]` or `[features]`.
 *
 *   sliding windows: ⌊(extent + padding − window) / stride⌋ + 1
 *
 * @returns shapes by node name, in the order of the nodes
 * @throws NetworkError listing every problem of the description
 * @example
 * inferShapes(buildResNet20({ classes: 10 })).get('pool'); // [64]
 */
export function inferShapes(description: NetworkDescription): ReadonlyMap<string, readonly number[]> {
  return examineOrThrow('inferShapes', description).shapes;
}

/** Options of {@link parameterShapes}. */
export interface ParameterShapesOptions {
  /** One bound or threshold for the whole `layer` (default, as in the paper) or one per `channel`. */
  readonly bounds?: 'layer' | 'channel';
}

/**
 * Names and shapes of the tensors that a description needs. A network may have bounds, thresholds and potentials of
 * either kind, layer by layer; `bounds` says which is listed.
 *
 * @returns shapes by `NODE/PARAMETER`, in the order of the nodes
 * @throws NetworkError listing every problem of the description
 * @example
 * parameterShapes(buildResNet20({ classes: 10 })).get('logits/kernel'); // [64, 10]
 */
export function parameterShapes(
  description: NetworkDescription,
  options: ParameterShapesOptions = {},
): ReadonlyMap<string, readonly number[]> {
  const { parameters } = examineOrThrow('parameterShapes', description);
  const preferred = options.bounds === 'channel' ? 1 : 0;
  return new Map(parameters.map(({ tensor, shapes }) => [tensor, shapes[preferred] ?? shapes[0]!]));
}

function examineOrThrow(caller: string, description: NetworkDescription): Examination {
  const examination = examineDescription(description);
  if (examination.problems.length > 0) throw new NetworkError(caller, description.name, examination.problems);
  return examination;
}
