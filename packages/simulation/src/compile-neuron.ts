import type { IntegrateAndFireNode } from '@opi-snn/network';
import type { PlanNeuron } from '@opi-snn/neuron-kernels';

/**
 * The neurons of one layer as the kernels know them.
 *
 * θ per channel is folded into the weights that read the layer, by whoever calls this. Neurons of one channel with thresholds of their own share those
 * weights, so that each carries its θ as an `amplitude`. A vector is one place: there a threshold per channel is one per neuron.
 * The plan's θ of a group is that of its first member, ○(θ/m); its spikes carry that.
 *
 * @param thresholds `NAME/threshold`: one value, one per channel or one per neuron
 */
export function compileNeuron(
  { reset, emission }: IntegrateAndFireNode,
  thresholds: Float32Array,
  channels: number,
): PlanNeuron {
  if (emission?.kind === 'temporal-switch') throw new TypeError('compileNeuron: neurons must be rate coded.');
  const members = emission?.kind === 'group' ? emission.members : 1;
  const quanta = thresholds.map((theta) => theta / members);
  const shared = !hasOwnThresholds(quanta, channels);
  const theta = shared ? perChannel(quanta, channels) : quanta;
  return {
    theta,
    reset,
    ...(emission !== undefined && { emission }),
    ...(!shared && { amplitude: theta }),
  };
}

/** Whether neurons of one channel have different thresholds. */
export function hasOwnThresholds(thresholds: Float32Array, channels: number): boolean {
  return thresholds.length > 1 && thresholds.some((theta, i) => theta !== thresholds[i % channels]);
}

function perChannel(values: Float32Array, channels: number): Float32Array {
  return values.length === 1 ? new Float32Array(channels).fill(values[0]!) : values.slice(0, channels);
}
