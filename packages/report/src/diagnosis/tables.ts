import { compact, count, inPercent, NOTHING, percent } from '../number-format.js';
import { cell, numbers, words, type TableModel } from '../table.js';
import type { Diagnosis } from './diagnosis.js';

/**
 * One row per layer.
 *
 * @param diagnosis any
 * @returns thresholds, correlation, causes of the error, clipped activations, dead neurons, first spikes
 */
export function layerTable({ layers, timeSteps, defects }: Diagnosis): TableModel {
  return {
    title: `Layers at T = ${timeSteps}`,
    note:
      'r: correlation of activation and rate. Errors: mean square as a share of the signal, by cause, in percent. ' +
      'max: largest activation in θ. clipped: activations above θ, dead: neurons without a spike, in ' +
      'percent. first: mean step of the first spike. ✗: something is wrong in the layer itself.',
    columns: [
      words('layer'),
      numbers('θ'),
      numbers('max'),
      numbers('r'),
      numbers('inherited'),
      numbers('clipping'),
      numbers('quant.'),
      numbers('uneven'),
      numbers('clipped'),
      numbers('dead'),
      numbers('first'),
    ],
    rows: layers.map((one) => {
      const { layer, theta, correlation, error, clipped, dead, firstSpike, percentiles } = one;
      const isWrong = defects.some((defect) => defect.layer === layer);
      const range = theta.lowest === theta.highest ? '' : `${compact(theta.lowest)}–`;
      return [
        { ...cell(isWrong ? `✗ ${layer}` : layer), ...(isWrong ? { tone: 'bad' as const } : {}) },
        cell(`${range}${compact(theta.highest)}`),
        cell(compact(percentiles.at(-1)!.value)),
        cell(correlation === null ? NOTHING : correlation.toFixed(3)),
        ...(['inherited', 'clipping', 'quantization', 'unevenness'] as const).map((cause) =>
          cell(percent(error[cause], 1)),
        ),
        cell(percent(clipped, 1)),
        cell(percent(dead.snn, 1)),
        cell(firstSpike === null ? NOTHING : firstSpike.toFixed(1)),
      ];
    }),
  };
}

/**
 * Operations and energy of one image.
 *
 * @param diagnosis any
 * @returns rows T; undefined when nothing was counted
 */
export function energyTable({ energy }: Diagnosis): TableModel | undefined {
  const [first] = energy;
  if (first === undefined) return undefined;
  const { ann, snn } = first.multiplyAccumulates;
  return {
    title: 'Operations and energy of one image',
    note:
      `Energies of ${first.table} (${first.source}), arithmetic alone, in microjoules; memory, which costs more, is not counted. ` +
      `The SNN adds (AC), updates its neurons, and multiplies for the image's constant current once (${count(snn)} MAC); the ANN ` +
      `takes ${count(ann)} MAC. 8 bit: weights of 8 bits and sums of 32, the ANN with activations of as many levels as T steps tell apart.`,
    columns: [
      words('T'),
      numbers('AC'),
      numbers('updates'),
      numbers('SNN float32'),
      numbers('ANN float32'),
      numbers('SNN 8 bit'),
      numbers('ANN 8 bit'),
      numbers('bits'),
    ],
    rows: energy.map(({ timeSteps, additions, neuronUpdates, float32, int8, activationBits }) => [
      cell(String(timeSteps)),
      cell(count(additions)),
      cell(count(neuronUpdates)),
      ...[float32.snn.total, float32.ann, int8.snn.total, int8.ann].map((picojoules) =>
        cell(compact(picojoules / 1e6)),
      ),
      cell(String(activationBits)),
    ]),
  };
}

/**
 * Accuracy after 1, 2, 4, … steps.
 *
 * @param diagnosis any
 * @returns one row per T, with the effect of the suggestion if it was tried
 */
export function accuracyRows({ accuracy, annAccuracy, timeSteps, suggestion }: Diagnosis): TableModel {
  const steps = Array.from({ length: 13 }, (_, i) => 2 ** i).filter((t) => t < timeSteps);
  const effect = suggestion?.effect ?? null;
  return {
    title: 'Accuracy',
    note: `In percent; the ANN has ${inPercent(annAccuracy)}.${effect === null ? '' : ' Tried: on other training images, without and with the change.'}`,
    columns: [words('T'), numbers('SNN'), ...(effect === null ? [] : [numbers('without'), numbers('with')])],
    rows: [...steps, timeSteps].map((t) => [
      cell(String(t)),
      cell(percent(accuracy[t - 1])),
      ...(effect === null ? [] : [cell(percent(effect.before[t - 1])), cell(percent(effect.after[t - 1]))]),
    ]),
  };
}
