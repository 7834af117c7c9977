/**
 * Runs before the run that counts, from which each neuron of each image gets its own initial potential. Plain data.
 *
 * - `residual-mask`: `timeSteps` (τ) steps; neurons whose potential is then not above 0 are silenced (`maskedPotential`).
 * - `offset-spikes`: layer by layer `timeSteps` (ρ) steps with the layers before already corrected; one spike more or less
 *   where the residual potential asks for it (`offsetPotential`).
 */
export interface Preparation {
  readonly kind: 'residual-mask' | 'offset-spikes';
  /** Integer in [1, 1024]. */
  readonly timeSteps: number;
}

/**
 * Requires a preparation to be usable, such as one from a file.
 *
 * @throws RangeError naming everything that is out of range
 */
export function assertPreparation({ kind, timeSteps }: Preparation): void {
  const problems: string[] = [];
  const kinds: readonly string[] = ['residual-mask', 'offset-spikes'];
  if (!kinds.includes(kind)) {
    problems.push(`kind must be one of ${kinds.join(', ')}, got ${JSON.stringify(kind)}.`);
  }
  if (!(Number.isInteger(timeSteps) && timeSteps >= 1 && timeSteps <= 1024)) {
    problems.push(`timeSteps must be an integer in [1, 1024], got ${timeSteps}.`);
  }
  if (problems.length > 0) throw new RangeError(`assertPreparation: ${problems.join(' ')}`);
}

/**
 * Short label for reports.
 *
 * @example
 * describePreparation({ kind: 'residual-mask', timeSteps: 4 }); // 'residual mask after 4 steps'
 */
export function describePreparation({ kind, timeSteps }: Preparation): string {
  if (kind === 'residual-mask') return `residual mask after ${timeSteps} steps`;
  return `offset spikes of ${timeSteps} steps, layer by layer`;
}
