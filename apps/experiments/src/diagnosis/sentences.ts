import type { Defect, LayerProfile } from '@opi-snn/simulation';
import { describeInitialPotential } from '@opi-snn/theory';
import type { DiagnosisSuggestion } from './suggestion.js';

/** What is wrong in a layer, as a sentence that names it. */
export function describeDefect(
  { layer, cause, factor, node, batchNorm }: Defect,
  { scale, timeSteps, largestDrive, error, signal, dead }: LayerProfile,
): string {
  const reach = number(scale.maximum);
  switch (cause) {
    case 'threshold-too-high':
      return (
        `${layer}: the threshold is about ${number(1 / factor!)} times too high. The largest activation is ${reach} θ, ` +
        `so that neurons use at most ${Math.min(timeSteps, Math.round(scale.maximum * timeSteps))} of ${timeSteps} steps.`
      );
    case 'threshold-too-low': {
      const clipped = scale.shareAbove(1) / scale.activeShare;
      return (
        `${layer}: the threshold is about ${number(factor!)} times too low. It clips ${percent(clipped)} of the ` +
        `activations that are not zero, up to ${reach} θ; clipping takes ${percent(error.clipping.meanSquare / signal)} of the signal.`
      );
    }
    case 'dead-layer':
      return (
        `${layer}: the layer is dead. Its weights make no positive current of any image (largest: ${number(largestDrive)} θ), ` +
        (node === undefined
          ? `and in the ANN ${percent(dead.ann)} of its neurons are dead as well: it was trained or imported so.`
          : `while ${percent(1 - dead.ann)} of its neurons are active in the ANN, from which the weights of ${node} differ.`)
      );
    case 'unfolded-batch-norm':
      return (
        `${layer}: the batch norm ${batchNorm!} was not folded. ${node!} has the raw weights of the ANN, without the ` +
        'scale and shift of the batch norm behind it.'
      );
    case 'other-weights':
      return (
        `${layer}: its currents are not those of the ANN for the same inputs` +
        (node === undefined
          ? ', although the weights are: it is connected differently.'
          : `; the weights of ${node} differ.`)
      );
  }
}

/** What to change, as a sentence. */
export function describeSuggestion(
  suggestion: DiagnosisSuggestion,
  profiles: readonly LayerProfile[],
): string {
  switch (suggestion.kind) {
    case 'threshold': {
      const { theta, scale } = profiles.find(({ layer }) => layer === suggestion.layer)!;
      const clipped = scale.shareAbove(1);
      const what =
        clipped > 0 ? `clips ${percent(clipped)} of activations` : `reaches only ${number(scale.maximum)} θ`;
      const rank =
        suggestion.percentile === 100
          ? 'its largest activation'
          : `percentile ${Number(suggestion.percentile.toPrecision(5))} of its activations`;
      const value =
        theta.lowest === theta.highest
          ? `${number(theta.highest)} → ${number(theta.highest * suggestion.factor)}`
          : `each times ${number(suggestion.factor)}`;
      return `${suggestion.layer} ${what}: use ${rank} as the threshold (θ ${value}).`;
    }
    case 'weights':
      return `${suggestion.node}: take the weights of the ANN, batch norms folded; convert again with opi convert.`;
    case 'calibration': {
      const { layer, share, timeSteps } = suggestion;
      return (
        `Spikes come unevenly, most of all in ${layer}, where that takes ${percent(share)} of the signal: calibrate the ` +
        `initial potentials on training images: opi convert --potential calibrated --calibrate-for ${timeSteps}.`
      );
    }
    case 'potential': {
      const kinds = [...new Set(suggestion.from.map(describeInitialPotential))].join(', ');
      return `Start the neurons at θ/2 instead of ${kinds}: opi convert --potential half.`;
    }
  }
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A share, with as many digits as it needs to differ from nothing. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value !== 0 && Math.abs(value) < 0.1 ? Number(value.toPrecision(1)) : value.toFixed(1)} %`;
}
