import type { InitialPotential } from '@opi-snn/theory';

/** Whether all neurons of a channel start alike, in every image. */
export function isPerChannel(potential: InitialPotential, channels: number): boolean {
  if (potential.kind === 'fractions') return potential.fractions.length <= channels;
  return potential.kind === 'fraction';
}
