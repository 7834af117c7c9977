import { INTEGER_LIMIT, roundHalfToEven } from './int16-arithmetic.js';
import type { SimulationRequest } from './simulator.js';

/** The request with v[0] on the grid of an int16 plan: nearest integers, halves to even. */
export function roundPotentials(request: SimulationRequest): SimulationRequest {
  const initialPotentials = request.initialPotentials.map(({ kind, values }) => ({
    kind,
    values: values.map(roundHalfToEven),
  }));
  return { ...request, initialPotentials };
}

/** One sentence per layer whose v[0] leaves the range for which int16-arithmetic.ts proves that nothing overflows. */
export function potentialRangeProblems({ initialPotentials }: SimulationRequest): string[] {
  return initialPotentials.flatMap(({ values }, layer) => {
    const wrong = values.findIndex((value) => Math.abs(value) > INTEGER_LIMIT);
    if (wrong < 0) return [];
    return [
      `initialPotentials[${layer}].values[${wrong}] must be in [-${INTEGER_LIMIT}, ${INTEGER_LIMIT}] grid steps for an ` +
        `int16 plan, got ${values[wrong]!}. Start nearer to θ, or use a float32 plan.`,
    ];
  });
}
