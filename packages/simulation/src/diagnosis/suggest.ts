import type { InitialPotential } from '@opi-snn/theory';
import type { Defect } from './find-defects.js';
import type { LayerProfile } from './layer-profile.js';

/** One change to a spiking network that is worth trying. */
export type Suggestion =
  | {
      readonly kind: 'threshold';
      readonly layer: string;
      /** Factor on every θ of the layer. */
      readonly factor: number;
      /** Rank of the new threshold among the activations, zeros counted [%]. */
      readonly percentile: number;
    }
  | { readonly kind: 'weights'; readonly layer: string; readonly node: string }
  | { readonly kind: 'potential'; readonly from: readonly InitialPotential[] };

/** The expected error of the layer, as a share of its signal, that a better threshold must save to be suggested. */
const WORTHWHILE_SHARE = 0.01;

/**
 * The one change that promises most: the repair of the first defect; else θ/2 as the start of neurons that start
 * elsewhere; else the threshold whose change saves the largest share of its layer's signal.
 *
 * @param profiles   layers in the order of the network
 * @param defects    of the same network
 * @param potentials initial potential of each layer
 * @returns undefined when nothing is worth a change
 */
export function suggest(
  profiles: readonly LayerProfile[],
  defects: readonly Defect[],
  potentials: readonly InitialPotential[],
): Suggestion | undefined {
  const [first] = defects;
  if (first !== undefined) return repair(first, profiles);
  // Individual potentials are calibrated: there is a reason for them that is not known here.
  const isElsewhere = (potential: InitialPotential): boolean =>
    potential.kind !== 'fractions' && !(potential.kind === 'fraction' && potential.fraction === 0.5);
  if (potentials.some(isElsewhere)) return { kind: 'potential', from: potentials };
  return betterThreshold(profiles);
}

function repair({ layer, factor, node }: Defect, profiles: readonly LayerProfile[]): Suggestion | undefined {
  if (factor !== undefined)
    return thresholdSuggestion(
      profiles.find((one) => one.layer === layer)!,
      factor,
    );
  return node === undefined ? undefined : { kind: 'weights', layer, node };
}

function betterThreshold(profiles: readonly LayerProfile[]): Suggestion | undefined {
  let best: { profile: LayerProfile; factor: number; saved: number } | undefined;
  for (const profile of profiles) {
    const { scale, timeSteps, signal } = profile;
    if (!(signal > 0)) continue;
    const factor = scale.bestFactor(timeSteps);
    const saved = (scale.expectedError(1, timeSteps) - scale.expectedError(factor, timeSteps)) / signal;
    if (saved >= WORTHWHILE_SHARE && saved > (best?.saved ?? 0)) best = { profile, factor, saved };
  }
  return best && thresholdSuggestion(best.profile, best.factor);
}

function thresholdSuggestion({ layer, scale }: LayerProfile, factor: number): Suggestion {
  const percentile = factor >= scale.maximum ? 100 : 100 * (1 - scale.shareAbove(factor));
  return { kind: 'threshold', layer, factor, percentile };
}
