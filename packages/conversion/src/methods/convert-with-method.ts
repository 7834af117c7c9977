import type { Network } from '@opi-snn/network';
import { convertNetwork, type Conversion, type ConversionOptions } from '../convert-network.js';
import { METHODS, type MethodName } from './registry.js';

/** Rules that replace those of the method, and what the method's rules need. */
export type MethodOptions = Partial<Omit<ConversionOptions, 'method'>>;

/**
 * Convert with a published method, by name.
 *
 * @param network the ANN; not altered
 * @param name    key of {@link METHODS}
 * @param options statistics for the methods that measure; any rule given here replaces the method's own, which the
 *   report then shows
 * @throws RangeError if no such method exists
 * @throws ConversionError listing everything that keeps the network from being converted
 * @example
 * const { network } = convertWithMethod(ann, 'opi');
 */
export function convertWithMethod(
  network: Network,
  name: MethodName,
  options: MethodOptions = {},
): Conversion {
  if (!Object.hasOwn(METHODS, name)) {
    const known = Object.keys(METHODS).join(', ');
    throw new RangeError(`convertWithMethod: name must be one of ${known}, got ${JSON.stringify(name)}.`);
  }
  const { threshold, initialPotential, neuron } = METHODS[name];
  return convertNetwork(network, { threshold, initialPotential, neuron, ...options, method: name });
}
