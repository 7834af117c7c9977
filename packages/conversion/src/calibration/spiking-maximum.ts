import { runNetwork, type Network } from '@opi-snn/network';
import { isActivation } from '../activation-layer.js';
import type { ConversionOptions } from '../conversion-options.js';
import { convertNetwork } from '../convert-network.js';
import type { GivenRule } from '../threshold-rules/given.js';
import type { CalibrationRun } from './calibration-run.js';
import { prefixNetwork } from './prefix-network.js';

/** θ = the largest input that spikes bring within one step. */
export interface SpikingMaximumRule {
  readonly kind: 'spiking-maximum';
  /** Factor on the maximum, in (0, 1] in the papers. */
  readonly factor: number;
  /** Steps over which the maximum is taken, integer ≥ 1. */
  readonly timeSteps: number;
}

/** Images simulated at once: the input of every neuron at every step is held in memory. */
const BATCH = 4;

/**
 * Thresholds of Spike-Norm, layer by layer, the layers before already spiking:
 *
 *   θ = factor · max over steps, images and neurons of (W s_previous(t) + b)
 *
 * The input of a layer is the output of the network cut off before it, which no neuron integrates; the maximum over single
 * steps is above the largest mean input, so that θ is larger and rates are smaller than with `maximum`. The first layer's
 * input is constant.
 *
 * @param network ANN with batch norm folded
 * @param rule    factor and steps
 * @param run     calibration images and simulator
 * @param options potential and neuron with which the layers before spike
 * @see Sengupta et al. (2019), algorithm 1 (Spike-Norm); Han et al. (CVPR 2020), RMP; Rathi et al. (ICLR 2020), factor 0.7
 */
export async function balanceBySpikingMaximum(
  network: Network,
  { factor, timeSteps }: SpikingMaximumRule,
  run: CalibrationRun,
  options: Pick<ConversionOptions, 'initialPotential' | 'neuron'>,
): Promise<GivenRule> {
  if (!(factor > 0 && factor < Infinity)) {
    throw new RangeError(`balanceBySpikingMaximum: factor must be finite and > 0, got ${factor}.`);
  }
  const layers: Record<string, number[]> = {};
  const origin = `spiking maximum × ${factor}, T = ${timeSteps}`;
  for (const { name, inputs } of network.description.nodes.filter(isActivation)) {
    const before = prefixNetwork(network, inputs[0]);
    const isFirst = !before.description.nodes.some(isActivation);
    const largest = isFirst
      ? maximumOf(runNetwork(before, run.images).output.data)
      : await largestInput(
          convertNetwork(before, { ...options, threshold: { kind: 'given', origin, layers } }).network,
          run,
          timeSteps,
        );
    layers[name] = [factor * largest];
  }
  return { kind: 'given', origin, layers };
}

/** The largest increase of the output in one step. */
async function largestInput(snn: Network, run: CalibrationRun, timeSteps: number): Promise<number> {
  const pixels = run.images.length / run.count;
  let largest = -Infinity;
  for (let first = 0; first < run.count; first += BATCH) {
    const count = Math.min(BATCH, run.count - first);
    const images = run.images.subarray(first * pixels, (first + count) * pixels);
    const { output } = await run.simulate(snn, {
      images,
      count,
      timeSteps,
      output: true,
      counted: [],
    });
    const size = output.length / (count * timeSteps);
    for (let row = 0; row < count * timeSteps; row++) {
      const [now, before] = [row * size, row % timeSteps === 0 ? undefined : (row - 1) * size];
      for (let i = 0; i < size; i++) {
        const increase = output[now + i]! - (before === undefined ? 0 : output[before + i]!);
        if (increase > largest) largest = increase;
      }
    }
  }
  return largest;
}

function maximumOf(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, value), -Infinity);
}
