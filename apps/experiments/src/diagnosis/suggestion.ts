import { HALF, type InputShift } from '@opi-snn/conversion';
import { suggest, type Defect, type LayerProfile, type Suggestion } from '@opi-snn/simulation';
import type { InitialPotential } from '@opi-snn/theory';

/** Potentials calibrated on training images, which leaves weights and thresholds alone. */
export interface CalibrationSuggestion {
  readonly kind: 'calibration';
  /** Layer in which spikes come most unevenly. */
  readonly layer: string;
  /** Mean square of its unevenness error, as a share of its signal. */
  readonly share: number;
  /** T to calibrate for: half of what the network needs now. */
  readonly timeSteps: number;
}

/** One change to a spiking network that is worth trying. */
export type DiagnosisSuggestion = Suggestion | CalibrationSuggestion;

/** What a suggestion is chosen by. */
export interface SuggestionInput {
  /** Layers in the order of the network. */
  readonly profiles: readonly LayerProfile[];
  readonly defects: readonly Defect[];
  /** Initial potential of each layer. */
  readonly potentials: readonly InitialPotential[];
  /** What the biases hold in place of a potential. */
  readonly shift: InputShift | undefined;
  /** Smallest T that is as good as the ANN; the T that was run where none is. */
  readonly neededTimeSteps: number;
}

/**
 * The one change that promises most: what {@link suggest} repairs; else, of a network that starts at θ/2 or has the
 * shift θ/(2T), calibrated potentials, or another threshold where it saves more of its layer's signal than unevenness takes
 * anywhere. θ/2 on top of the shift is never suggested: together they are θ.
 *
 * Uneven spikes shift the mean answer of whole channels; a calibrated potential takes the shift away, where clipping needs
 * another threshold.
 *
 * @returns undefined when nothing is worth a change
 */
export function chooseSuggestion(input: SuggestionInput): DiagnosisSuggestion | undefined {
  const { profiles, defects, shift } = input;
  const potentials = shift === undefined ? input.potentials : input.potentials.map(startWithShift);
  const plain = suggest(profiles, defects, potentials);
  if (defects.length > 0 || plain?.kind === 'potential') return plain;
  const calibration = calibrationOf(input);
  if (calibration === undefined) return plain;
  return plain?.kind === 'threshold' && savedShare(plain, profiles) > calibration.share ? plain : calibration;
}

/** By step T the shift has brought θ/2 to neurons that start at rest; calibrated potentials stay what they are. */
function startWithShift(potential: InitialPotential): InitialPotential {
  return potential.kind === 'fractions' ? potential : HALF;
}

/** Undefined where potentials are calibrated already, or two steps are enough. */
function calibrationOf(input: SuggestionInput): CalibrationSuggestion | undefined {
  const { profiles, potentials, neededTimeSteps } = input;
  const timeSteps = Math.floor(neededTimeSteps / 2);
  if (timeSteps < 2 || potentials.some(({ kind }) => kind === 'fractions')) return undefined;
  const shares = profiles
    .filter(({ signal }) => signal > 0)
    .map(({ layer, error, signal }) => ({ layer, share: error.unevenness.meanSquare / signal }));
  const [worst] = shares.toSorted((a, b) => b.share - a.share);
  return worst && worst.share > 0 ? { kind: 'calibration', ...worst, timeSteps } : undefined;
}

function savedShare(
  { layer, factor }: Extract<Suggestion, { kind: 'threshold' }>,
  profiles: readonly LayerProfile[],
): number {
  const { scale, timeSteps, signal } = profiles.find((profile) => profile.layer === layer)!;
  return (scale.expectedError(1, timeSteps) - scale.expectedError(factor, timeSteps)) / signal;
}
