import type { GridReport } from '@opi-snn/simulation';

/**
 * What int16 is predicted to cost, in one sentence: the layer with the largest rounding error, beside the error that spikes
 * leave anyway, (θ/T)/√12 (what v[0] = θ/2 leaves of a constant input).
 */
export function roundingRemark(grid: readonly GridReport[], timeSteps: number): string {
  const spiking = grid.filter(({ levels }) => levels !== null);
  const worst = spiking.reduce((a, b) => (b.error > a.error ? b : a));
  const least = spiking.reduce((a, b) => (b.levels! < a.levels! ? b : a));
  const spikes = 1 / (timeSteps * Math.sqrt(12));
  return (
    `int16: θ takes at least ${least.levels!} grid steps (${least.layer}); predicted rms rounding error of a layer's mean current at most ` +
    `${(100 * worst.error).toFixed(3)} % of θ (${worst.layer}), beside ${(100 * spikes).toFixed(2)} % that T = ${timeSteps} spikes leave`
  );
}
