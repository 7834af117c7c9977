import { inferShapes, type JsonValue, type Network, type NetworkNode, type Tensor } from '@opi-snn/network';
import { describeInitialPotential, describePreparation, meanInitialPotential } from '@opi-snn/theory';
import { isActivation } from './activation-layer.js';
import type { ConversionOptions } from './conversion-options.js';
import type { Conversion, ConversionReport } from './conversion-report.js';
import { hashNetwork } from './hash-network.js';
import { tensorShape } from './potential-calibration/set-neurons.js';
import type { PlannedLayer } from './plan-layers.js';
import { isMaxPool, replaceMaxPool } from './pool-replacements/pool-replacement.js';
import { describeThresholdRule } from './threshold-rules/threshold-rule.js';

/** What {@link replaceNodes} works on; nothing in it is altered. */
export interface Replacement {
  readonly source: Network;
  /** The source without batch norm. */
  readonly folded: Network;
  readonly options: ConversionOptions;
  readonly layers: readonly PlannedLayer[];
}

/**
 * The folded network with neurons in place of activations.
 *
 * @internal
 */
export function replaceNodes(replacement: Replacement): Conversion {
  const { source, folded, options, layers } = replacement;
  const report = reportOf(replacement);
  const planned = new Map(layers.map((layer) => [layer.node.name, layer]));
  const nodes = folded.description.nodes.map((node) => spikingNode(node, planned.get(node.name), options));
  const tensors = new Map<string, Tensor>();
  for (const [key, tensor] of folded.tensors) {
    const owner = key.slice(0, key.lastIndexOf('/'));
    if (!planned.has(owner)) tensors.set(key, tensor);
  }
  for (const { node, theta } of layers) tensors.set(`${node.name}/threshold`, theta);
  for (const [key, tensor] of potentialTensors(replacement)) tensors.set(key, tensor);
  const provenance = {
    ...source.description.provenance,
    conversion: provenanceOf(source.description.name, options, report),
  };
  return { network: { description: { ...folded.description, nodes, provenance }, tensors }, report };
}

/** `NAME/initial-potential` of the layers whose channels or neurons have their own. */
function potentialTensors({ folded, layers }: Replacement): [string, Tensor][] {
  const shapes = inferShapes(folded.description);
  return layers.flatMap(({ node: { name }, initialPotential }): [string, Tensor][] => {
    if (initialPotential.kind !== 'fractions') return [];
    const { fractions } = initialPotential;
    const shape = tensorShape(fractions.length, shapes.get(name)!)!;
    return [[`${name}/initial-potential`, { shape, data: Float32Array.from(fractions) }]];
  });
}

function spikingNode(
  node: NetworkNode,
  layer: PlannedLayer | undefined,
  { neuron, maxPool }: ConversionOptions,
): NetworkNode {
  if (isMaxPool(node)) return replaceMaxPool(node, maxPool);
  if (layer === undefined || !isActivation(node)) return node;
  // The folded node: it reads the convolution where the source's reads the batch norm.
  const { name, inputs } = node;
  const initialPotential =
    layer.initialPotential.kind === 'fractions' ? ({ kind: 'tensor' } as const) : layer.initialPotential;
  return { op: 'integrate-and-fire', name, inputs, ...neuron, initialPotential };
}

function reportOf({ source, folded, options, layers }: Replacement): ConversionReport {
  const remaining = new Set(folded.description.nodes.map(({ name }) => name));
  const { nodes } = source.description;
  const rates = new Set(nodes.filter(({ op }) => op === 'rate-norm').map(({ name }) => name));
  const maxPools = nodes.filter(isMaxPool).map(({ name }) => name);
  const isGated = options.maxPool === 'rate-gated' && maxPools.length > 0;
  return {
    ...(options.method !== undefined && { method: options.method }),
    threshold: describeThresholdRule(options.threshold),
    reset: options.neuron.reset,
    ...(options.neuron.emission !== undefined && { emission: options.neuron.emission }),
    layers: layers.map(({ node, theta, initialPotential }) => {
      const replaced = rates.has(node.name) ? 'rate-norm' : node.op;
      return { node: node.name, replaced, theta: [...theta.data], initialPotential };
    }),
    foldedBatchNorms: nodes
      .filter(({ op, name }) => op === 'batch-norm' && !remaining.has(name))
      .map(({ name }) => name),
    replacedMaxPools: isGated ? [] : maxPools,
    ...(isGated && { gatedMaxPools: maxPools }),
    sourceHash: hashNetwork(source),
    notes: [...notesOn(options, layers), ...notesOnMaxPools(options, maxPools)],
  };
}

/** Combinations that run but lie outside the theory. */
function notesOn(
  { neuron, shift, preparation, carriedPotential }: ConversionOptions,
  layers: readonly PlannedLayer[],
): string[] {
  const notes: string[] = [];
  if (
    neuron.reset === 'zero' &&
    layers.some(({ initialPotential }) => meanInitialPotential(initialPotential) !== 0)
  ) {
    notes.push(
      'Theorem 2 (optimal potential θ/2) assumes reset by subtraction; with reset to zero it need not be the best.',
    );
  }
  if (preparation !== undefined) {
    notes.push(
      `Every run starts with a preparation: ${describePreparation(preparation)}; without it this is another method.`,
    );
  }
  if (carriedPotential !== undefined) {
    notes.push(
      `Within a sequence of images ${carriedPotential.alpha} of each neuron's residual is carried on; images on their own are run as from any other network.`,
    );
  }
  if (neuron.emission?.kind === 'temporal-switch') {
    notes.push(
      'Neurons are not rate coded: each T takes a run of its own, of (layers + 1) · T steps (`opi evaluate` does it).',
    );
  }
  if (shift !== undefined) {
    notes.push(
      `θ/(2T) with T = ${shift.timeSteps} is added to every input at every step: read the network after ${shift.timeSteps} steps.`,
    );
  }
  return notes;
}

function notesOnMaxPools({ maxPool }: ConversionOptions, maxPools: readonly string[]): string[] {
  if (maxPools.length === 0) return [];
  const list = maxPools.join(', ');
  if (maxPool === 'rate-gated')
    return [`Max pooling passes the spikes on that raise the largest count of a window (${list}).`];
  return [
    `Max pooling was replaced by average pooling (${list}): evaluate the ANN with the same replacement before comparing.`,
  ];
}

function provenanceOf(name: string, options: ConversionOptions, report: ConversionReport): JsonValue {
  const { layers } = report;
  const labels = new Set(layers.map(({ initialPotential }) => describeInitialPotential(initialPotential)));
  return {
    ...(options.method !== undefined && { method: options.method }),
    threshold: thresholdProvenance(options.threshold),
    initialPotential: labels.size === 1 ? [...labels][0]! : 'per layer',
    ...options.neuron,
    ...(options.shift !== undefined && { shift: { ...options.shift } }),
    ...(options.preparation !== undefined && { preparation: { ...options.preparation } }),
    ...(options.carriedPotential !== undefined && { carriedPotential: { ...options.carriedPotential } }),
    foldedBatchNorms: [...report.foldedBatchNorms],
    replacedMaxPools: [...report.replacedMaxPools],
    ...(report.gatedMaxPools !== undefined && { gatedMaxPools: [...report.gatedMaxPools] }),
    source: { network: name, sha256: report.sourceHash },
    notes: [...report.notes],
  };
}

/** Given thresholds stand in the network already; how they were chosen is what is worth telling. */
function thresholdProvenance(rule: ConversionOptions['threshold']): JsonValue {
  return rule.kind === 'given' ? { kind: rule.kind, origin: rule.origin } : { ...rule };
}
