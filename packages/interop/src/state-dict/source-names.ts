import type { NetworkNode } from '@opi-snn/network';

/** A node of the reference architecture that has parameters, and the module that holds them in the source. */
export type NameOf = (node: NetworkNode, position: VggPosition) => string | undefined;

/** Where a node of VGG stands. */
export interface VggPosition {
  /** Index of the node's module in one long `Sequential` of convolution, batch norm, activation and pools. */
  readonly feature: number;
  /** Index in the `Sequential` of its block; with dropout behind every activation. */
  readonly inBlock: number;
}

/** A way in which training scripts name the modules of an architecture. */
export interface NamingScheme {
  readonly name: string;
  readonly nameOf: NameOf;
}

/**
 * Known spellings, most common first. Each is a pure function from our name of a node to the module's; the variants of
 * a module's name that scripts use (`fc` or `linear`) make schemes of their own.
 */
export const NAMING_SCHEMES: readonly NamingScheme[] = [
  ...['fc', 'linear', 'classifier'].flatMap((classifier) =>
    ['downsample', 'shortcut'].map((shortcut) => ({
      name: `ResNet with layerN.M.convK, ${shortcut}, ${classifier}`,
      nameOf: (node: NetworkNode) => residualName(node.name, { shortcut, classifier }),
    })),
  ),
  {
    name: 'ResNet of the QCFS code (convN_x, residual_function)',
    nameOf: (node) => qcfsResidualName(node.name),
  },
  { name: 'VGG with one list of features and a classifier', nameOf: featureName },
  { name: 'VGG of the QCFS code (layerN, dropout behind activations)', nameOf: qcfsVggName },
];

const BLOCK = /^stage(\d+)\.block(\d+)\.(.+)$/;

function residualName(
  name: string,
  { shortcut, classifier }: { readonly shortcut: string; readonly classifier: string },
): string | undefined {
  const known = { 'stem.conv': 'conv1', 'stem.norm': 'bn1', 'stem.activation': 'act', logits: classifier }[
    name
  ];
  if (known !== undefined) return known;
  const [, stage, block, part] = BLOCK.exec(name) ?? [];
  const inner = {
    conv1: 'conv1',
    norm1: 'bn1',
    activation1: 'act1',
    conv2: 'conv2',
    norm2: 'bn2',
    activation2: 'act2',
    'shortcut.conv': `${shortcut}.0`,
    'shortcut.norm': `${shortcut}.1`,
  }[part ?? ''];
  return inner === undefined ? undefined : `layer${stage!}.${Number(block) - 1}.${inner}`;
}

function qcfsResidualName(name: string): string | undefined {
  const known = {
    'stem.conv': 'conv1.0',
    'stem.norm': 'conv1.1',
    'stem.activation': 'conv1.2',
    logits: 'fc',
  }[name];
  if (known !== undefined) return known;
  const [, stage, block, part] = BLOCK.exec(name) ?? [];
  const inner = {
    conv1: 'residual_function.0',
    norm1: 'residual_function.1',
    activation1: 'residual_function.2',
    conv2: 'residual_function.3',
    norm2: 'residual_function.4',
    'shortcut.conv': 'shortcut.0',
    'shortcut.norm': 'shortcut.1',
    activation2: 'act',
  }[part ?? ''];
  return inner === undefined ? undefined : `conv${Number(stage) + 1}_x.${Number(block) - 1}.${inner}`;
}

function featureName({ name }: NetworkNode, { feature }: VggPosition): string | undefined {
  const dense = { hidden1: 0, 'hidden1.activation': 1, hidden2: 3, 'hidden2.activation': 4, logits: 6 }[name];
  if (dense !== undefined) return `classifier.${dense}`;
  return name.startsWith('block') ? `features.${feature}` : undefined;
}

/** There the classifier begins with the flattening. */
function qcfsVggName({ name }: NetworkNode, { inBlock }: VggPosition): string | undefined {
  const dense = { hidden1: 1, 'hidden1.activation': 2, hidden2: 4, 'hidden2.activation': 5, logits: 7 }[name];
  if (dense !== undefined) return `classifier.${dense}`;
  const block = /^block(\d+)\./.exec(name)?.[1];
  return block === undefined ? undefined : `layer${block}.${inBlock}`;
}

/** Positions of a description's nodes in the lists that VGG scripts keep them in. */
export function vggPositions(nodes: readonly NetworkNode[]): ReadonlyMap<string, VggPosition> {
  const positions = new Map<string, VggPosition>();
  let feature = 0;
  let inBlock = 0;
  let block = '';
  for (const { name, op } of nodes) {
    const own = /^block\d+/.exec(name)?.[0];
    if (own === undefined) {
      positions.set(name, { feature: 0, inBlock: 0 });
      continue;
    }
    if (own !== block) inBlock = 0;
    block = own;
    positions.set(name, { feature, inBlock });
    feature++;
    inBlock += op === 'relu' || op === 'clip' || op === 'qcfs' ? 2 : 1;
  }
  return positions;
}
