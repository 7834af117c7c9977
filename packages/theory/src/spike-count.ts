import { assertArguments } from './preconditions.js';

/**
 * Spikes of an IF neuron under constant input, without simulating it; exact for every input and potential.
 *
 *   I ≥ 0:  N = clip(⌊(T·I + v0)/θ⌋, 0, T + 1 − t₁),  t₁ = max(1, ⌈(θ − v0)/I⌉)
 *   I < 0:  N = clip(⌊v0/(θ − I)⌋, 0, T)
 *
 * For v0 ∈ [0, θ] this is the paper's clip(⌊(T·I + v0)/θ⌋, 0, T): see {@link clipFloor}. Reset by subtraction, fire
 * at u ≥ θ. Exact where T·I + v0 is representable; a float32 simulation rounds every step and may differ by one spike
 * when T·I + v0 comes close to a multiple of θ. An input that changes over time breaks it (unevenness error).
 *
 * @param current   I, input per time-step [activation], finite
 * @param theta     θ, firing threshold [activation], > 0
 * @param timeSteps T, integer ≥ 1
 * @param v0        potential before the first step [activation]; default θ/2
 * @returns integer in [0, T]
 * @throws RangeError naming every argument that is out of range
 * @see Bu et al., ICLR 2022 (QCFS), Eq. 12, here also for v0 outside [0, θ]
 * @example
 * spikeCount(0.25, 1, 8, 0); // 2
 */
export function spikeCount(
  current: number,
  theta: number,
  timeSteps: number,
  v0: number = theta / 2,
): number {
  assertArguments('spikeCount', { current, theta, timeSteps, v0 });
  if (current < 0) return clip(Math.floor(v0 / (theta - current)), timeSteps);
  const first = stepsUntil(theta, current, v0);
  return clip(Math.floor((timeSteps * current + v0) / theta), timeSteps + 1 - first);
}

/**
 * Step in which an IF neuron fires first under constant input, counted from 1 as in the paper; either reset rule.
 *
 *   t₁ = max(1, ⌈(θ − v0)/I⌉) for I > 0
 *
 * v0 = θ/2 halves the delay of v0 = 0.
 *
 * @param current I, input per time-step [activation], finite
 * @param theta   θ, firing threshold [activation], > 0
 * @param v0      potential before the first step [activation]; default θ/2
 * @returns integer ≥ 1 (array index + 1), or Infinity if the neuron never fires
 * @throws RangeError naming every argument that is out of range
 * @example
 * firstSpikeTime(0.25, 1); // 2
 * firstSpikeTime(0.25, 1, 0); // 4
 */
export function firstSpikeTime(current: number, theta: number, v0: number = theta / 2): number {
  assertArguments('firstSpikeTime', { current, theta, v0 });
  return stepsUntil(theta, current, v0);
}

/**
 * All steps in which an IF neuron fires under constant input, counted from 1; reset by subtraction.
 *
 *   I > 0:  t_k = max(t_{k−1} + 1, ⌈(k θ − v0)/I⌉);   I ≤ 0:  t_k = k while v0 ≥ k (θ − I)
 *
 * @param current   I, input per time-step [activation], finite
 * @param theta     θ, firing threshold [activation], > 0
 * @param timeSteps T, integer ≥ 1
 * @param v0        potential before the first step [activation]; default θ/2
 * @returns ascending steps in [1, T], {@link spikeCount} of them
 * @throws RangeError naming every argument that is out of range
 * @example
 * spikeTimes(0.25, 1, 8); // [2, 6]
 */
export function spikeTimes(
  current: number,
  theta: number,
  timeSteps: number,
  v0: number = theta / 2,
): number[] {
  assertArguments('spikeTimes', { current, theta, timeSteps, v0 });
  const count = spikeCount(current, theta, timeSteps, v0);
  const times: number[] = [];
  let previous = 0;
  for (let k = 1; k <= count; k++) {
    previous = current > 0 ? Math.max(previous + 1, stepsUntil(k * theta, current, v0)) : k;
    times.push(previous);
  }
  return times;
}

/**
 * Spikes of an IF neuron with reset to zero under constant input, without simulating it.
 *
 *   N = 0 if t₁ > T, else 1 + ⌊(T − t₁)/⌈θ/I⌉⌋ for I > 0;   for I ≤ 0 a single spike if v0 + I ≥ θ
 *
 * Loses the charge above θ at every spike: its rate is 1/⌈θ/I⌉, not I/θ, whatever the initial potential.
 *
 * @param current   I, input per time-step [activation], finite
 * @param theta     θ, firing threshold [activation], > 0
 * @param timeSteps T, integer ≥ 1
 * @param v0        potential before the first step [activation]; default θ/2
 * @returns integer in [0, T]
 * @throws RangeError naming every argument that is out of range
 * @example
 * spikeCountResetToZero(0.375, 1, 8, 0); // 2, where reset by subtraction gives 3
 */
export function spikeCountResetToZero(
  current: number,
  theta: number,
  timeSteps: number,
  v0: number = theta / 2,
): number {
  assertArguments('spikeCountResetToZero', { current, theta, timeSteps, v0 });
  const first = stepsUntil(theta, current, v0);
  if (first > timeSteps) return 0;
  return current > 0 ? 1 + Math.floor((timeSteps - first) / stepsUntil(theta, current, 0)) : 1;
}

/** Smallest integer t ≥ 1 with v0 + t · current ≥ level; Infinity if there is none. */
function stepsUntil(level: number, current: number, v0: number): number {
  if (v0 + current >= level) return 1;
  if (current <= 0) return Infinity;
  const t = Math.ceil((level - v0) / current);
  if (v0 + (t - 1) * current >= level) return t - 1;
  return v0 + t * current >= level ? t : t + 1;
}

/** min(max(n, 0), most), 0 if most ≤ 0; never −0. */
function clip(n: number, most: number): number {
  return most <= 0 || n <= 0 ? 0 : Math.min(n, most);
}
