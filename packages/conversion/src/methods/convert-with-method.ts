import type { Network } from '@opi-snn/network';
import { isActivation } from '../activation-layer.js';
import { ConversionError, type ConversionProblem } from '../conversion-error.js';
import type { ConversionOptions } from '../conversion-options.js';
import type { Conversion } from '../conversion-report.js';
import { convertNetwork } from '../convert-network.js';
import type { ThresholdRule } from '../threshold-rules/threshold-rule.js';
import type { ConversionMethod } from './method.js';
import { runsTheNetwork } from './method-threshold.js';
import { METHODS, type MethodName } from './registry.js';

/** Rules that replace those of the method, and what the method's rules need. */
export interface MethodOptions extends Partial<Omit<ConversionOptions, 'method' | 'shift'>> {
  /** T for which the network is meant, integer ≥ 1; methods with a shift or a threshold for one T need it. */
  readonly timeSteps?: number;
  /**
   * `none` leaves out the method's shift θ/(2T), for use with a potential in its place. Default: the method's, unless an
   * initial potential is given in place of the method's own.
   */
  readonly shift?: 'half-quantum' | 'none';
}

/**
 * Convert with a published method, by name.
 *
 * @param network the ANN; not altered
 * @param name    key of {@link METHODS}
 * @param options statistics for the methods that measure; any rule given here replaces the method's own, which the
 *   report then shows
 * @throws RangeError if no such method exists
 * @throws ConversionError listing everything that keeps the network from being converted; of methods that have to run the
 *   network, and were given no threshold, that `calibrateWithMethod` is the way
 * @example
 * const { network } = convertWithMethod(ann, 'opi');
 */
export function convertWithMethod(
  network: Network,
  name: MethodName,
  options: MethodOptions = {},
): Conversion {
  const method = methodOf('convertWithMethod', name);
  const { timeSteps, shift, ...rules } = options;
  const { initialPotential, neuron } = method;
  const shifted = (shift ?? defaultShift(method, options)) === 'half-quantum';
  const threshold = rules.threshold ?? thresholdOf(method, timeSteps);
  const problems = [...methodProblems(network, method, options), ...timeProblems(name, timeSteps, shifted)];
  if (threshold === undefined || problems.length > 0) {
    if (threshold === undefined) problems.push(thresholdProblem(method));
    throw new ConversionError('convertWithMethod', network.description.name, problems);
  }
  return convertNetwork(network, {
    initialPotential,
    neuron,
    ...rules,
    threshold,
    ...(shifted && { shift: { kind: 'half-quantum', timeSteps: timeSteps! } }),
    ...(method.preparation !== undefined && { preparation: method.preparation }),
    ...(method.carriedPotential !== undefined && { carriedPotential: method.carriedPotential }),
    method: name,
  });
}

/** @internal */
export function methodOf(caller: string, name: MethodName): ConversionMethod {
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  const known = Object.keys(METHODS).join(', ');
  throw new RangeError(`${caller}: name must be one of ${known}, got ${JSON.stringify(name)}.`);
}

/** The method's shift stands in for a potential: one that is given takes its place. */
function defaultShift(
  method: ConversionMethod,
  { initialPotential }: MethodOptions,
): 'half-quantum' | 'none' {
  return method.shift !== undefined && initialPotential === undefined ? method.shift : 'none';
}

/** Undefined where the method's rule needs more than statistics and T. */
function thresholdOf(
  { threshold }: ConversionMethod,
  timeSteps: number | undefined,
): ThresholdRule | undefined {
  if (runsTheNetwork(threshold)) return undefined;
  if (threshold.kind !== 'mean-squared-error') return threshold;
  return timeSteps === undefined ? undefined : { kind: 'mean-squared-error', timeSteps };
}

function thresholdProblem({ name, threshold }: ConversionMethod): ConversionProblem {
  if (runsTheNetwork(threshold)) {
    const message = `${name} finds its thresholds by running the network (${threshold.kind})`;
    return { node: null, message, remedy: 'Use calibrateWithMethod with training images' };
  }
  const message = `${name} chooses its thresholds for one T, and none is given`;
  return { node: null, message, remedy: 'Give timeSteps (--time-steps)' };
}

function timeProblems(name: string, timeSteps: number | undefined, shifted: boolean): ConversionProblem[] {
  if (!shifted || timeSteps !== undefined) return [];
  const message = `${name} adds θ/(2T) to every input, and no T is given`;
  return [
    {
      node: null,
      message,
      remedy: 'Give timeSteps (--time-steps), or an initial potential in place of the shift',
    },
  ];
}

/** A method that stands on how the network was trained would be another method on any other network. */
function methodProblems(
  { description }: Network,
  { name, trainedWith }: ConversionMethod,
  { threshold }: MethodOptions,
): ConversionProblem[] {
  if (trainedWith === undefined || threshold !== undefined) return [];
  return description.nodes
    .filter((node) => (isActivation(node) || node.op === 'rate-norm') && node.op !== trainedWith)
    .map((node) => ({
      node: node.name,
      message: `${name} is for networks trained with ${trainedWith}, got ${node.op}`,
      remedy: `Train with ${trainedWith} activations; clip networks convert with tcl or opi`,
    }));
}
