import { inPercent } from '../number-format.js';
import type { Tone } from '../outcome-sign.js';
import type { Diagnosis } from './diagnosis.js';

/**
 * The answer in a sentence: where something is wrong first, or that nothing is.
 *
 * @param diagnosis any
 * @returns the sentence, and how it is to be felt
 */
export function verdict({ defects, layers, timeSteps }: Diagnosis): {
  readonly text: string;
  readonly tone: Tone;
} {
  const [first, ...others] = defects;
  if (first === undefined) {
    const text =
      `✓ Sound: in none of the ${layers.length} layers is a threshold, a weight or a batch norm wrong. ` +
      `What is lost at T = ${timeSteps} is ${largestLoss(layers)}.`;
    return { text, tone: 'good' };
  }
  const more =
    others.length === 0
      ? ''
      : ` Behind it something is wrong in ${others.map(({ layer }) => layer).join(', ')} as well.`;
  return { text: `✗ Wrong first in ${first.text}${more}`, tone: 'bad' };
}

function largestLoss(layers: Diagnosis['layers']): string {
  const last = layers.at(-1)!.error;
  const causes = (['inherited', 'clipping', 'quantization', 'unevenness'] as const).toSorted(
    (a, b) => last[b] - last[a],
  );
  return `mostly ${causes[0]!} error in the last layer, ${inPercent(last[causes[0]!])} of its signal`;
}

/** Accuracy of both networks, and the smallest T that is enough. */
export function accuracySentence({
  annAccuracy,
  accuracy,
  smallestTimeSteps,
  timeSteps,
  images,
  dataset,
}: Diagnosis): string {
  const enough =
    smallestTimeSteps === null
      ? `no T up to ${timeSteps} is within one point of it`
      : `T = ${smallestTimeSteps} is the smallest within one point of it`;
  return (
    `On ${images} training images of ${dataset} the ANN is right on ${inPercent(annAccuracy)}, the SNN on ` +
    `${inPercent(accuracy.at(-1)!)} at T = ${timeSteps}; ${enough}.`
  );
}

/** What to change and what it did. */
export function suggestionSentence({ suggestion, timeSteps }: Diagnosis): string {
  if (suggestion === null) return 'No single change promises a gain; more steps or calibrated potentials do.';
  const { text, effect } = suggestion;
  if (effect === null) return `Suggestion: ${text} Add --try to measure its effect.`;
  const shown = [4, 8, 16, 32, 64, timeSteps].filter((t, i, all) => t <= timeSteps && all.indexOf(t) === i);
  const gains = shown.map(
    (t) => `T = ${t}: ${inPercent(effect.before[t - 1]!)} → ${inPercent(effect.after[t - 1]!)}`,
  );
  return `Suggestion: ${text} Tried on ${effect.images} other training images: ${gains.join(', ')}.`;
}
