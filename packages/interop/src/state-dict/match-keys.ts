import type { NetworkDescription, NetworkNode } from '@opi-snn/network';
import { NAMING_SCHEMES, vggPositions } from './source-names.js';
import type { StateDict } from './state-dict.js';

/** One parameter of the network and the tensor of the source that fills it. */
export interface KeyMatch {
  /** `NODE/PARAMETER`. */
  readonly parameter: string;
  /** Key in the state dict; undefined where nothing corresponds. */
  readonly key: string | undefined;
}

/** How the keys of a state dict correspond to the parameters of a network. */
export interface KeyMatching {
  readonly matches: readonly KeyMatch[];
  /** Name of the naming scheme, or `order` for the order of modules of each kind. */
  readonly by: string;
  /** Keys that nothing uses. */
  readonly unused: readonly string[];
}

/** Names of learned bounds in training scripts, in modules of activations. */
const BOUND_NAMES = ['thresh', 'up', 'bound', 'alpha', 'clip_val', 'threshold'];

/** Counters and other tensors that are no part of what the network computes. */
const IGNORED = /(^|\.)(num_batches_tracked|total_ops|total_params)$/;

/**
 * Finds which key fills which parameter: by the known spelling that matches most keys, else by the order of modules.
 *
 * Order is only followed in files that keep it, kind by kind (convolutions, batch norms, dense layers, bounds); shapes
 * are compared by the caller.
 */
export function matchKeys(description: NetworkDescription, state: StateDict): KeyMatching {
  const keys = [...state.tensors.keys()].filter((key) => !IGNORED.test(key));
  const positions = vggPositions(description.nodes);
  const byName = NAMING_SCHEMES.map(({ name, nameOf }) => {
    const moduleOf = (node: NetworkNode): string | undefined => nameOf(node, positions.get(node.name)!);
    return withUnused(
      description.nodes.flatMap((node) => matchNode(node, moduleOf(node), state)),
      keys,
      name,
    );
  }).reduce((best, next) => (filled(next) > filled(best) ? next : best));
  if ((byName.unused.length === 0 && byName.matches.every(isFilled)) || !state.isInModuleOrder) return byName;
  const byOrder = withUnused(matchByOrder(description.nodes, keys, state), keys, 'order');
  // When neither is complete, the problems of the spelling that is nearer are the ones to report.
  const isBetter = filled(byOrder) - byOrder.unused.length > filled(byName) - byName.unused.length;
  return isBetter ? byOrder : byName;
}

function filled({ matches }: KeyMatching): number {
  return matches.filter(({ key }) => key !== undefined).length;
}

function isFilled({ key, parameter }: KeyMatch): boolean {
  return key !== undefined || parameter.endsWith('/bias');
}

function withUnused(matches: readonly KeyMatch[], keys: readonly string[], by: string): KeyMatching {
  const used = new Set(matches.map(({ key }) => key));
  return { matches, by, unused: keys.filter((key) => !used.has(key)) };
}

/** Parameters of a node and the names of their tensors in a module of PyTorch. */
function parametersOf(
  node: NetworkNode,
): readonly (readonly [parameter: string, names: readonly string[]])[] {
  switch (node.op) {
    case 'conv2d':
    case 'dense':
      return node.bias
        ? [
            ['kernel', ['weight']],
            ['bias', ['bias']],
          ]
        : [['kernel', ['weight']]];
    case 'batch-norm':
      return [
        ['gamma', ['weight']],
        ['beta', ['bias']],
        ['mean', ['running_mean']],
        ['variance', ['running_var']],
      ];
    case 'clip':
    case 'qcfs':
      return [['bound', BOUND_NAMES]];
    default:
      return [];
  }
}

function matchNode(node: NetworkNode, module: string | undefined, { tensors }: StateDict): KeyMatch[] {
  return parametersOf(node).map(([parameter, names]) => {
    const candidates = module === undefined ? [] : names.map((name) => `${module}.${name}`);
    const key = candidates.find((candidate) => tensors.has(candidate));
    return { parameter: `${node.name}/${parameter}`, key };
  });
}

type ModuleKind = 'convolution' | 'norm' | 'dense' | 'bound';

/** The n-th module of each kind in the file is the n-th node of that kind. */
function matchByOrder(nodes: readonly NetworkNode[], keys: readonly string[], state: StateDict): KeyMatch[] {
  const modules = new Map<ModuleKind, string[]>();
  for (const module of new Set(keys.map((key) => key.slice(0, Math.max(0, key.lastIndexOf('.')))))) {
    const kind = kindOfModule(module, state);
    if (kind !== undefined) modules.set(kind, [...(modules.get(kind) ?? []), module]);
  }
  return nodes.flatMap((node) => {
    const kind = kindOfNode(node);
    return kind === undefined ? [] : matchNode(node, modules.get(kind)?.shift(), state);
  });
}

function kindOfModule(module: string, { tensors }: StateDict): ModuleKind | undefined {
  if (tensors.has(`${module}.running_mean`)) return 'norm';
  const rank = tensors.get(`${module}.weight`)?.shape.length;
  if (rank === 4) return 'convolution';
  if (rank === 2) return 'dense';
  return BOUND_NAMES.some((name) => tensors.has(`${module}.${name}`)) ? 'bound' : undefined;
}

function kindOfNode({ op }: NetworkNode): ModuleKind | undefined {
  if (op === 'conv2d') return 'convolution';
  if (op === 'batch-norm') return 'norm';
  if (op === 'dense') return 'dense';
  return op === 'clip' || op === 'qcfs' ? 'bound' : undefined;
}
