import { meanInitialPotential } from '@opi-snn/theory';
import type { ConversionProblem } from './conversion-error.js';
import type { ConversionOptions } from './conversion-options.js';
import type { PlannedLayer } from './plan-layers.js';

/**
 * What keeps a shift from being meaningful: no T, or neurons that do not start at rest. θ/2 and θ/(2T) at every step add up
 * to θ by step T, so that the bias is −θ/(2T), as large as with neither (`effectivePotential` of `@opi-snn/theory`).
 *
 * @internal
 */
export function shiftProblems(
  { shift }: ConversionOptions,
  layers: readonly PlannedLayer[],
): ConversionProblem[] {
  if (shift === undefined) return [];
  const problems: ConversionProblem[] = [];
  const kind: unknown = shift.kind;
  if (kind !== 'half-quantum') {
    const message = `shift.kind must be half-quantum, got ${JSON.stringify(kind)}`;
    problems.push({ node: null, message, remedy: 'θ/(2T) is the only shift' });
  }
  if (!Number.isInteger(shift.timeSteps) || shift.timeSteps < 1) {
    const message = `shift.timeSteps must be an integer ≥ 1, got ${shift.timeSteps}`;
    problems.push({ node: null, message, remedy: 'Give the T at which the network will be read' });
  }
  const charged = layers.filter(({ initialPotential }) => meanInitialPotential(initialPotential) !== 0);
  if (charged.length > 0) {
    const names =
      charged.length === layers.length ? 'every layer' : charged.map(({ node }) => node.name).join(', ');
    const message =
      `the shift θ/(2T) and an initial potential (${names}) must not both be used: by step T the shift has brought θ/2, ` +
      'and a potential of θ/2 on top makes θ, whose bias −θ/(2T) is as large as with neither';
    const remedy = 'Leave out the shift (the potential serves every T), or start at 0';
    problems.push({ node: null, message, remedy });
  }
  return problems;
}
