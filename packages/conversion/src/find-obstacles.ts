import {
  findNetworkProblems,
  foldBatchNorm,
  NetworkError,
  type Network,
  type NetworkNode,
} from '@opi-snn/network';
import { describePreparation } from '@opi-snn/theory';
import { isActivation } from './activation-layer.js';
import type { ConversionProblem } from './conversion-error.js';
import type { ConversionOptions, InputShift } from './conversion-options.js';
import { findLinearChains } from './find-linear-chains.js';
import type { InitialPotentialRule } from './initial-potential-rules/initial-potential-rule.js';
import { describeNeuronRule, type NeuronRule } from './neuron-rule.js';
import { isMaxPool, POOL_REPLACEMENTS } from './pool-replacements/pool-replacement.js';

/**
 * Everything about network and options, apart from thresholds and potentials, that keeps them from being converted.
 *
 * @internal
 */
export function findObstacles(network: Network, options: ConversionOptions): ConversionProblem[] {
  const invalid = findNetworkProblems(network).map(({ node, message }) => {
    return { node, message, remedy: 'Repair the network; validateNetwork lists the same' };
  });
  const { nodes, output } = network.description;
  return [
    ...optionProblems(options),
    ...invalid,
    ...(invalid.length === 0 ? [...foldingProblems(network), ...findLinearChains(network)] : []),
    ...nodes.flatMap((node) => nodeProblems(node, output, options)),
    ...(options.maxPool === 'rate-gated' ? gateProblems(nodes, options) : []),
    ...(nodes.some((node) => isActivation(node) || node.op === 'rate-norm') ? [] : [NO_ACTIVATION]),
  ];
}

const NO_ACTIVATION: ConversionProblem = {
  node: null,
  message: 'the network has no activation (relu, clip, qcfs), so that nothing would spike',
  remedy: 'Convert the trained ANN, not a part of it',
};

function optionProblems(options: ConversionOptions): ConversionProblem[] {
  const { neuron, maxPool, shift } = options;
  const problems = [
    ...emissionProblems(neuron, shift),
    ...plainNeuronProblems(options),
    ...(neuron.emission?.kind === 'temporal-switch' ? switchProblems(options) : []),
  ];
  const resets: readonly string[] = ['subtraction', 'zero'];
  if (!resets.includes(neuron.reset)) {
    const message = `neuron.reset must be subtraction or zero, got ${JSON.stringify(neuron.reset)}`;
    problems.push({ node: null, message, remedy: 'The theory holds for subtraction' });
  }
  if (maxPool !== undefined && !POOL_REPLACEMENTS.includes(maxPool)) {
    const message = `maxPool must be ${POOL_REPLACEMENTS.join(', ')} or absent, got ${JSON.stringify(maxPool)}`;
    problems.push({ node: null, message, remedy: 'Leave it out if the network has no max pooling' });
  }
  return problems;
}

/** What the simulation does around the run is derived for one positive spike of θ at a time. */
function plainNeuronProblems({
  neuron,
  preparation,
  carriedPotential,
}: ConversionOptions): ConversionProblem[] {
  if (neuron.emission === undefined && neuron.reset !== 'zero') return [];
  const wanted = [
    ...(preparation === undefined ? [] : [`the preparation (${describePreparation(preparation)})`]),
    ...(carriedPotential === undefined ? [] : ['the carried potential']),
  ];
  return wanted.map((what) => ({
    node: null,
    message: `${what} is for plain neurons reset by subtraction, got ${describeNeuronRule(neuron)}`,
    remedy: 'Leave out the neuron rule, or use opi with it',
  }));
}

const NOT_RATE_CODED =
  'are not rate coded: the interval of their two spikes is measured once, from all of the input';

/** The first spike waits for all input, so that nothing given beforehand can bring it forward or balance a rate. */
function switchProblems({ initialPotential, shift }: ConversionOptions): ConversionProblem[] {
  const problems: ConversionProblem[] = [];
  if (!isZero(initialPotential)) {
    const message = `temporal-switch neurons start at 0, got another initial potential; they ${NOT_RATE_CODED}`;
    const remedy =
      'Leave it out; runTemporalSwitch({ rounding: "nearest" }) rounds the interval to the nearest';
    problems.push({ node: null, message, remedy });
  }
  if (shift !== undefined) {
    const message = `the shift θ/(2T) and temporal-switch neurons must not be combined; they ${NOT_RATE_CODED}`;
    problems.push({ node: null, message, remedy: 'Leave out the shift' });
  }
  return problems;
}

function isZero(rule: InitialPotentialRule): boolean {
  return rule.kind === 'fraction' && rule.fraction === 0;
}

function emissionProblems(
  { reset, emission }: NeuronRule,
  shift: InputShift | undefined,
): ConversionProblem[] {
  if (emission === undefined) return [];
  const problems: ConversionProblem[] = [];
  const add = (message: string, remedy: string): void => {
    problems.push({ node: null, message, remedy });
  };
  if (reset !== 'subtraction') {
    const lost = 'what a reset to zero loses cannot be taken back or shared out';
    add(
      `${emission.kind} neurons must be reset by subtraction, got ${reset}: ${lost}`,
      'Leave out the reset',
    );
  }
  if (emission.kind !== 'group') return problems;
  const { members } = emission;
  if (!(Number.isInteger(members) && members >= 1 && members <= 255)) {
    add(
      `neuron.emission.members must be an integer in [1, 255], got ${members}`,
      'One member is a plain neuron',
    );
  } else if (shift !== undefined && members > 1) {
    const times = `${members} times the half quantum θ/(${2 * members}T) of groups of ${members}`;
    add(
      `the shift θ/(2T) and groups must not be combined: it is ${times}`,
      'Use the initial potential θ/2 (of a member)',
    );
  }
  return problems;
}

/** Batch norms without a convolution or dense layer to fold into. */
function foldingProblems(network: Network): ConversionProblem[] {
  try {
    foldBatchNorm(network);
    return [];
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const remedy = 'Batch norm must follow a conv2d or dense node that nothing else reads';
    return error.problems.map(({ node, message }) => ({ node, message, remedy }));
  }
}

function nodeProblems(
  node: NetworkNode,
  output: string,
  { maxPool, threshold }: ConversionOptions,
): ConversionProblem[] {
  const problems: ConversionProblem[] = [];
  const add = (message: string, remedy: string): void => {
    problems.push({ node: node.name, message, remedy });
  };
  if (node.op === 'integrate-and-fire') {
    add('the network spikes already (integrate-and-fire)', 'Convert the ANN it came from');
  }
  if (node.op === 'rate-norm' && threshold.kind !== 'trained-bound') {
    add(
      'rate-norm puts out rates, not activations',
      'Use the threshold rule trained-bound, or convert foldRateNorm(network) and measure statistics on that one',
    );
  }
  if (isMaxPool(node) && maxPool === undefined) {
    add(
      'what becomes of max pooling must be stated',
      "Use --max-pool rate-gated (maxPool: 'rate-gated'), which passes on the largest rate of a window, or average, which changes what the ANN computes unless it was trained so",
    );
  }
  if (isActivation(node) && node.name === output) {
    add(
      `the output is a ${node.op}, but logits must be linear`,
      `Make ${JSON.stringify(node.inputs[0])} the output, or put a dense node after it`,
    );
  }
  const known: readonly string[] = KNOWN_OPERATIONS;
  if (!known.includes(node.op)) {
    add(`operation ${JSON.stringify(node.op)} is unknown`, `Known are ${KNOWN_OPERATIONS.join(', ')}`);
  }
  return problems;
}

/** Counts can be compared where one spike of every neuron of the window stands for the same. */
function gateProblems(
  nodes: readonly NetworkNode[],
  { neuron, threshold }: ConversionOptions,
): ConversionProblem[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return nodes.filter(isMaxPool).flatMap(({ name, inputs }): ConversionProblem[] => {
    const [read] = inputs;
    if (neuron.emission?.kind === 'temporal-switch') {
      const message = `max pooling gated by rate and temporal-switch neurons must not be combined; they ${NOT_RATE_CODED}`;
      return [{ node: name, message, remedy: 'Use --max-pool average' }];
    }
    const source = byName.get(read);
    if (source === undefined || !(isActivation(source) || source.op === 'rate-norm')) {
      const message = `max pooling gated by rate must read an activation, got ${JSON.stringify(read)}${source ? ` (${source.op})` : ''}`;
      return [{ node: name, message, remedy: 'Put an activation before it, or use --max-pool average' }];
    }
    if (threshold.kind !== 'neuron-maximum') return [];
    const message =
      'max pooling gated by rate compares spike counts, but each neuron has a threshold of its own';
    return [{ node: name, message, remedy: 'Use one threshold per channel, or --max-pool average' }];
  });
}

const KNOWN_OPERATIONS: readonly NetworkNode['op'][] = [
  'input',
  'conv2d',
  'dense',
  'batch-norm',
  'add',
  'average-pool',
  'max-pool',
  'global-average-pool',
  'flatten',
  'relu',
  'clip',
  'qcfs',
  'rate-norm',
  'integrate-and-fire',
];
