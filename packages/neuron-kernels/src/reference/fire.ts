import type { Emission, PlanNeuron } from '../plan.js';
import type { Emitted } from './emitted.js';

const { fround } = Math;

/**
 * Integrates and fires the neurons of a layer (float order, 3):
 *
 *   u = v + s,   z = spikes that u calls for,   v = u − (z · θ), or 0 where spikes reset to zero
 *
 * Every operation rounds to float32; neuron i has the threshold at i mod length.
 *
 * @param v potentials, changed in place
 * @param emitted overwritten
 * @param sent sum of the spikes that each neuron has sent before; the memory of signed neurons
 */
export function fire(
  v: Float32Array,
  s: Float32Array,
  { theta, reset, emission, amplitude }: PlanNeuron,
  { spikes, values }: Emitted,
  sent: Uint16Array,
): void {
  for (let i = 0, t = 0; i < v.length; i++) {
    const u = fround(v[i]! + s[i]!);
    const threshold = theta[t]!;
    const z = emission === undefined ? +(u >= threshold) : spikesOf(emission, u, threshold, sent[i]!);
    spikes[i] = z;
    values[i] = amplitude === undefined ? z : fround(z * amplitude[i]!);
    if (z === 0) v[i] = u;
    else v[i] = reset === 'subtraction' ? fround(u - fround(z * threshold)) : 0;
    if (++t === theta.length) t = 0;
  }
}

/** Signed: Wang et al. (IJCAI 2022). Group: Lyu et al. (ICASSP 2024); member k fires at u ≥ ○(k · θ). */
function spikesOf(emission: Emission, u: number, theta: number, sent: number): number {
  if (emission.kind === 'signed') {
    if (u >= theta) return 1;
    return u <= -theta && sent > 0 ? -1 : 0;
  }
  let reached = 0;
  while (reached < emission.members && u >= fround((reached + 1) * theta)) reached++;
  return reached;
}
