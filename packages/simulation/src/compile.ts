import {
  findNetworkProblems,
  inferShapes,
  type IntegrateAndFireNode,
  type Network,
  type NetworkNode,
} from '@opi-snn/network';
import type { SpikingLayer, SpikingPlan } from '@opi-snn/neuron-kernels';
import type { InitialPotential } from '@opi-snn/theory';
import { CompileError, type CompileProblem } from './compile-error.js';
import { compileNeuron } from './compile-neuron.js';
import type { Current, PlaneShape } from './current.js';
import { deriveCurrent } from './derive-current.js';
import { foldThreshold, type TermSource } from './fold-threshold.js';

/** A network made ready for the kernels. */
export interface CompiledNetwork {
  readonly plan: SpikingPlan;
  /** Potential that the network gives each spiking layer, in the order of the plan (without the read-out). */
  readonly initialPotentials: readonly InitialPotential[];
}

/**
 * Translate a spiking network into the plan that the kernels run.
 *
 * From every integrate-and-fire node, and from the output, it walks back through linear nodes to the neurons before:
 * convolution, dense (a convolution that covers its source), average pooling (folded into the weights), maximum pooling of the
 * spike counts of one layer, sums (one synapse per path, in the order of `add`), flatten. Biases on the way are added per
 * channel, in float32, in the same order. Neurons that do not reach the output are left out.
 *
 * @param network an SNN: no activation or batch norm left
 * @throws CompileError listing everything that cannot be simulated, with the node's name
 */
export function compileNetwork(network: Network): CompiledNetwork {
  const { description } = network;
  const invalid = findNetworkProblems(network);
  if (invalid.length > 0) throw new CompileError(description.name, invalid);
  const shapes = planeShapes(network);
  const problems: CompileProblem[] = [];
  const currents = deriveCurrents(network, shapes, problems);
  const neurons = description.nodes.filter((node) => node.op === 'integrate-and-fire');
  if (neurons.length === 0) {
    problems.push({
      node: null,
      message: 'has no integrate-and-fire node. Convert it first (convertNetwork).',
    });
  }
  for (const { name, emission } of neurons) {
    if (emission?.kind === 'temporal-switch')
      problems.push({ node: name, message: 'is not rate coded. Run it with runTemporalSwitch.' });
  }
  if (problems.length > 0) throw new CompileError(description.name, problems);
  return assemble(network, neurons, { shapes, currents });
}

/** Shapes with vectors as [1, 1, features]. */
function planeShapes({ description }: Network): ReadonlyMap<string, PlaneShape> {
  const planes = new Map<string, PlaneShape>();
  for (const [name, shape] of inferShapes(description)) {
    planes.set(name, shape.length === 3 ? (shape as unknown as PlaneShape) : [1, 1, shape[0]!]);
  }
  return planes;
}

function deriveCurrents(
  network: Network,
  shapes: ReadonlyMap<string, PlaneShape>,
  problems: CompileProblem[],
): ReadonlyMap<string, Current> {
  const { nodes, output } = network.description;
  const currents = new Map<string, Current>();
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const report = (node: NetworkNode, message: string): void => {
    problems.push({ node: node.name, message });
  };
  for (const node of nodes) {
    const current = deriveCurrent(node, { network, shapes, currentOf: (name) => currents.get(name), report });
    if (current !== undefined) currents.set(node.name, current);
    const read = node.op === 'integrate-and-fire' ? currents.get(node.inputs[0]) : undefined;
    if (read !== undefined) checkCurrent(node, read, report);
  }
  const logits = currents.get(output);
  if (logits !== undefined) checkCurrent(byName.get(output)!, logits, report);
  return currents;
}

/** A flattened image cannot drive neurons one to one: the kernels have no such connection. */
function checkCurrent(
  node: NetworkNode,
  { flattened }: Current,
  report: (node: NetworkNode, message: string) => void,
): void {
  if (flattened)
    report(
      node,
      'reads a flattened image without weights. Put the flatten after the neurons, before a dense.',
    );
}

interface Derived {
  readonly shapes: ReadonlyMap<string, PlaneShape>;
  readonly currents: ReadonlyMap<string, Current>;
}

function assemble(
  network: Network,
  neurons: readonly IntegrateAndFireNode[],
  { shapes, currents }: Derived,
): CompiledNetwork {
  const { description, tensors } = network;
  const logits = currents.get(description.output)!;
  const used = neuronsBefore(logits, neurons, currents);
  const sources = new Map<string, TermSource>();
  const inputShape = shapes.get(description.nodes.find(({ op }) => op === 'input')!.name)!;
  for (const node of description.nodes.filter(({ op }) => op === 'input')) {
    sources.set(node.name, { index: 'input', shape: inputShape, theta: undefined });
  }
  const layers: SpikingLayer[] = [];
  for (const node of used) {
    const shape = shapes.get(node.name)!;
    const neuron = compileNeuron(node, tensors.get(`${node.name}/threshold`)!.data, shape[2]);
    const layer = layerOf(node.name, currents.get(node.inputs[0])!, sources);
    // What a spike of each neuron carries on its own is not folded into weights.
    const theta = neuron.amplitude === undefined ? neuron.theta : undefined;
    sources.set(node.name, { index: layers.length, shape, theta });
    layers.push({ ...layer, neuron });
  }
  layers.push(layerOf(description.output, logits, sources));
  return {
    plan: { inputShape, layers },
    initialPotentials: used.map((node) => potentialOf(node, network)),
  };
}

function potentialOf(
  { name, initialPotential }: IntegrateAndFireNode,
  { tensors }: Network,
): InitialPotential {
  if (initialPotential.kind !== 'tensor') return initialPotential;
  return { kind: 'fractions', fractions: Array.from(tensors.get(`${name}/initial-potential`)!.data) };
}

/** Neurons on a path to the output, in the order of the nodes. */
function neuronsBefore(
  logits: Current,
  neurons: readonly IntegrateAndFireNode[],
  currents: ReadonlyMap<string, Current>,
): readonly IntegrateAndFireNode[] {
  const wanted = new Set(logits.terms.map(({ source }) => source));
  for (const node of neurons.toReversed()) {
    if (!wanted.has(node.name)) continue;
    for (const { source } of currents.get(node.inputs[0])!.terms) wanted.add(source);
  }
  return neurons.filter(({ name }) => wanted.has(name));
}

function layerOf(
  name: string,
  { shape, terms, bias }: Current,
  sources: ReadonlyMap<string, TermSource>,
): SpikingLayer {
  return {
    name,
    shape,
    synapses: terms.map((term) => foldThreshold(term, sources.get(term.source)!)),
    bias: bias ?? new Float32Array(shape[2]),
  };
}
