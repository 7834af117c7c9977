import { assertArguments } from './preconditions.js';

/** What a spike leaves behind: `subtraction` v = u − θ (soft reset), `zero` v = 0 (hard reset). */
export type ResetRule = 'subtraction' | 'zero';

/** An integrate-and-fire neuron without leak, refractory time or floor. */
export interface IfNeuron {
  /** θ, firing threshold [activation], > 0. */
  readonly theta: number;
  /** Default `subtraction`. */
  readonly reset?: ResetRule;
}

/** One step of a neuron. */
export interface IfStep {
  /** Potential after integrating the input, before the reset [activation]. */
  readonly u: number;
  readonly spike: 0 | 1;
  /** Potential after the reset [activation]. */
  readonly v: number;
}

/**
 * One time-step of an IF neuron, in float32.
 *
 *   u = ○(v + I);  s = 1 if u ≥ θ else 0;  v' = ○(u − θ s) or, reset to zero, 0 after a spike
 *
 * ○ rounds to float32; v, I and θ are rounded first. The reference of every closed form in this package.
 *
 * @param v       potential before the step [activation]
 * @param current I, input of this step [activation]
 * @see Bu et al., ICLR 2022 (QCFS), Eqs. 3-6; fires at equality
 * @example
 * stepIf(0.5, 0.75, { theta: 1 }); // { u: 1.25, spike: 1, v: 0.25 }
 */
export function stepIf(v: number, current: number, neuron: IfNeuron): IfStep {
  const theta = Math.fround(neuron.theta);
  const u = Math.fround(Math.fround(v) + Math.fround(current));
  if (!(u >= theta)) return { u, spike: 0, v: u };
  return { u, spike: 1, v: neuron.reset === 'zero' ? 0 : Math.fround(u - theta) };
}

/** Options of {@link runIf}. */
export interface RunIfOptions extends IfNeuron {
  /** Potential before the first step [activation]; default θ/2. */
  readonly v0?: number;
}

/** What a neuron did over T steps. */
export interface IfRun {
  /** 0 or 1 per step, [timeSteps]. */
  readonly spikes: Uint8Array;
  /** Potential after every step, [timeSteps]. */
  readonly v: Float32Array;
  readonly spikeCount: number;
  /** φ = θ · spikeCount / timeSteps, the average output [activation], float64. */
  readonly averageOutput: number;
}

/**
 * Steps one IF neuron through a sequence of inputs.
 *
 * Charge is conserved (exactly where no step rounds, reset by subtraction): Σ I = θ · spikeCount + v[T−1] − v0.
 *
 * @param currents input of every step, [timeSteps], at least one [activation]; read
 * @throws RangeError if θ is not finite and > 0, v0 is not finite, or there is no step
 * @example
 * runIf([0.25, 0.25, 0.25, 0.25], { theta: 1 }).spikes; // Uint8Array [ 0, 1, 0, 0 ]
 */
export function runIf(currents: ArrayLike<number>, options: RunIfOptions): IfRun {
  const { theta, v0 = theta / 2 } = options;
  const timeSteps = currents.length;
  assertArguments('runIf', { theta, v0 });
  if (timeSteps === 0) throw new RangeError('runIf: currents must have at least 1 element, got 0.');
  const spikes = new Uint8Array(timeSteps);
  const potentials = new Float32Array(timeSteps);
  let v = Math.fround(v0);
  let spikeCount = 0;
  for (let t = 0; t < timeSteps; t++) {
    const step = stepIf(v, currents[t]!, options);
    v = step.v;
    spikes[t] = step.spike;
    potentials[t] = v;
    spikeCount += step.spike;
  }
  return { spikes, v: potentials, spikeCount, averageOutput: (theta * spikeCount) / timeSteps };
}
