import type { SpikingLayer } from './plan.js';

/**
 * Arithmetic of plans with `precision: 'int16'`: exact integers, so that no order of additions matters and no kernel can
 * differ from another. It stands beside the float contract of float-order.ts.
 *
 * Every channel has a grid of its own; θ, weights of spikes, scales of identities, biases and potentials are integers, in
 * grid steps (`SpikingLayer.step` tells how much activation a step is). For an output neuron of a layer:
 *
 * 1. **Constant current** c, once per image, float32 as float-order.ts 1 says, bias and weights in grid steps; then rounded
 *    to the nearest integer, halves to even, and saturated to the room that spikes leave: [−32768 − low, 32767 − high],
 *    where [low, high] is all that spikes of one step can add ({@link spikeRange}). Without synapses that read the image
 *    c is the bias, an integer. In the read-out ±524,287 take the place of −32768 and 32767.
 * 2. **Current** s of a step: c plus the weights of the connections whose source spiked.
 * 3. **Neuron.** u = v + s; spike if u ≥ θ; v = u − θ (or 0) after a spike, else v = u. The read-out: v = v + s.
 * 4. **Start.** v[0] is what the request says, rounded to the nearest integer, halves to even.
 *
 * Why nothing overflows. s lies in [−32768, 32767] by (1), and since integers modulo 2¹⁶ add in any order, sums of 16 bits
 * that wrap around on the way still end at s. |v[0]| ≤ 32767 and T ≤ 4096 are required of the request; a step without
 * spike changes v by s, and after a spike u ≥ θ > 0 leaves 0 ≤ v ≤ u; so |v| ≤ 32767 + 32768 · t after t steps, far
 * below 2³¹: 32 bits hold it. The read-out has few neurons, and may have a wide fan-in (global pooling), where 16 bits
 * for the sum would leave its weights a handful of grid steps: its weights have 16 bits as well, its currents 20, exact in
 * float32 in any order, since no partial sum reaches 2²⁴; and 4096 · 524,287 < 2³¹.
 *
 * What saturating c changes. In a layer that only the image drives: nothing, if 0 ≤ v[0] ≤ θ ≤ 32767: such a neuron
 * fires at every step, or never, before and after.
 *
 * Results in units of activation (logits, traces of potentials) are ○(v · step), ○ rounds to float32; predictions
 * compare the integers.
 */
export const INT16_ARITHMETIC = 'neuron-kernels/int16-1';

/** Least and largest current of one step. */
export const CURRENT_MIN = -32_768;
export const CURRENT_MAX = 32_767;
/** Largest |current| of one step in the read-out. */
const READ_OUT_CURRENT_MAX = 524_287;
/** Most time-steps of an int16 run. */
export const INT16_TIME_STEPS_LIMIT = 4096;
/** Largest |v[0]|, weight, scale and θ. */
export const INTEGER_LIMIT = 32_767;

/** Least and greatest current of one step of a layer. */
export function currentLimits({ neuron }: Pick<SpikingLayer, 'neuron'>): readonly [number, number] {
  return neuron ? [CURRENT_MIN, CURRENT_MAX] : [-READ_OUT_CURRENT_MAX, READ_OUT_CURRENT_MAX];
}

/** c of one neuron: nearest integer, halves to even, within [low, high]. */
export function roundToGrid(current: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, roundHalfToEven(current)));
}

/** Nearest integer; a half goes to the even one, as WebAssembly's `nearest` and IEEE 754's default do. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
