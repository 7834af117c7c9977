import { findNetworkProblems, inferShapes, type Network, type Tensor } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';
import { tensorShape } from './potential-calibration/set-neurons.js';
import { isActivation, type ActivationNode } from './activation-layer.js';
import type { ConversionProblem } from './conversion-error.js';
import type { ConversionOptions } from './conversion-options.js';
import { initialPotentialsOf } from './initial-potential-rules/initial-potential-rule.js';
import { chooseThreshold, thresholdRuleProblem } from './threshold-rules/threshold-rule.js';

/** What an activation will become. */
export interface PlannedLayer {
  readonly node: ActivationNode;
  readonly theta: Tensor;
  readonly initialPotential: InitialPotential;
}

/**
 * Threshold and initial potential of every activation by the rules, and everything that the rules cannot do here.
 *
 * @internal
 */
export function planLayers(
  { description, tensors }: Network,
  options: ConversionOptions,
): { readonly planned: readonly PlannedLayer[]; readonly problems: readonly ConversionProblem[] } {
  const activations = description.nodes.filter(isActivation);
  const names = activations.map(({ name }) => name);
  const { potentials, problems: potentialProblems } = initialPotentialsOf(options.initialPotential, names);
  const problems = [...statisticsProblems(options, names), ...potentialProblems];
  const ruleProblem = thresholdRuleProblem(options.threshold);
  if (ruleProblem !== undefined) {
    const remedies: Partial<Record<string, string>> = {
      percentile: 'Percentiles are given in percent',
      'mean-squared-error': 'Give the T for which the threshold is meant',
    };
    const remedy = remedies[options.threshold.kind] ?? 'Use one of these rules';
    problems.push({ node: null, message: ruleProblem, remedy });
    return { planned: [], problems };
  }
  const planned: PlannedLayer[] = [];
  for (const node of activations) {
    const bound = tensors.get(`${node.name}/bound`);
    // A missing bound is the network's own problem, which validation reports.
    if (node.op !== 'relu' && bound === undefined) continue;
    const statistics = options.statistics?.find((layer) => layer.node === node.name);
    const chosen = chooseThreshold(options.threshold, { node, bound, statistics });
    const initialPotential = potentials.get(node.name);
    if ('problem' in chosen) {
      problems.push({ node: node.name, message: chosen.problem, remedy: chosen.remedy });
    } else if (initialPotential !== undefined) planned.push({ node, theta: chosen.theta, initialPotential });
  }
  problems.push(...sizeProblems(planned, { description, tensors }));
  return { planned, problems };
}

/** Potentials of channels or neurons must be as many as the layer has. */
function sizeProblems(planned: readonly PlannedLayer[], network: Network): ConversionProblem[] {
  const individual = planned.filter(({ initialPotential }) => initialPotential.kind === 'fractions');
  if (individual.length === 0 || findNetworkProblems(network).length > 0) return [];
  const shapes = inferShapes(network.description);
  return individual.flatMap(({ node: { name }, initialPotential }) => {
    const shape = shapes.get(name)!;
    if (initialPotential.kind !== 'fractions') return [];
    const { length } = initialPotential.fractions;
    if (tensorShape(length, shape) !== undefined) return [];
    const neurons = shape.reduce((product, extent) => product * extent, 1);
    const message = `initialPotential.fractions must have one value for each of ${shape.at(-1)!} channels or ${neurons} neurons, got ${length}`;
    return [{ node: name, message, remedy: 'Calibrate on this network, or give one fraction for the layer' }];
  });
}

/** Statistics of nodes that do not exist, or twice for one node, are a mix-up that must not pass. */
function statisticsProblems(
  { statistics = [] }: ConversionOptions,
  names: readonly string[],
): ConversionProblem[] {
  const seen = new Set<string>();
  const problems: ConversionProblem[] = [];
  for (const { node } of statistics) {
    const remedy = 'Collect the statistics again, on this network';
    if (!names.includes(node)) {
      const message = `statistics are given for ${JSON.stringify(node)}, which is no activation of the network`;
      problems.push({ node: null, message, remedy });
    } else if (seen.has(node)) problems.push({ node, message: 'statistics are given twice', remedy });
    seen.add(node);
  }
  return problems;
}
