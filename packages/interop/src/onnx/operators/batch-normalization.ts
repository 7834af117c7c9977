import type { Tensor } from '@opi-snn/network';
import { type Activation, activationOf, channelsOf, isPadded, isStrided } from '../activation.js';
import { layerName, type OperatorCall, permuteFeatures } from '../operator-call.js';
import { isIdentity, thenAffine } from '../scalar-function.js';
import { Refusal } from '../../import-error.js';
import { applyToParts } from './elementwise.js';

/** BatchNormalization with the statistics of training: a node behind a layer, else one number each per channel. */
export function batchNormalization(call: OperatorCall): Activation {
  const input = call.activation(0);
  if (call.int('training_mode', 0) !== 0) {
    throw new Refusal(
      'it uses the statistics of the batch at hand (training_mode)',
      'Call model.eval() before exporting',
    );
  }
  const channels = channelsOf(input);
  const [gamma, beta, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, index) => {
    const constant = call.constant(index + 1, `its ${what}`);
    if (constant.data.length === channels) {
      return permuteFeatures(Float64Array.from(constant.data), input);
    }
    throw new Refusal(
      `its ${what} has ${constant.data.length} numbers for ${channels} channels`,
      'Export it again',
    );
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const epsilon = call.float('epsilon', 1e-5);
  if (!variance.every((value) => value >= 0 && value + epsilon > 0) || !(epsilon >= 0)) {
    throw new Refusal('its variance is negative', 'Train the network again, or mend its statistics');
  }
  const [part] = input.parts;
  const source = part!.node === null ? undefined : call.writer.node(part!.node);
  const isPlain =
    input.parts.length === 1 &&
    part!.sole &&
    isIdentity(part!.function) &&
    !isPadded(input) &&
    !isStrided(input);
  if (isPlain && (source?.op === 'conv2d' || source?.op === 'dense')) {
    const tensor = (data: Float64Array): Tensor => ({ shape: [channels], data: Float32Array.from(data) });
    const name = call.writer.append(
      { op: 'batch-norm', name: call.writer.uniqueName(layerName(call, 1)), inputs: [part!.node!], epsilon },
      { gamma: tensor(gamma), beta: tensor(beta), mean: tensor(mean), variance: tensor(variance) },
    );
    const { flattenedFrom } = input;
    const value = activationOf(name, input.dims, input.layout, input.isVector);
    return flattenedFrom === undefined ? value : { ...value, flattenedFrom };
  }
  const scale = gamma.map((value, c) => value / Math.sqrt(variance[c]! + epsilon));
  const offset = beta.map((value, c) => value - mean[c]! * scale[c]!);
  return applyToParts(call, input, (f) => thenAffine(f, scale, offset));
}
