import { runNetwork, type Network, type NodeValues } from '@opi-snn/network';
import { setNeurons } from '../potential-calibration/set-neurons.js';
import { correctBias, layerOutputs } from './calibrate-bias.js';
import { calibrateWeights } from './calibrate-weights.js';
import type { CalibrationRun } from './calibration-run.js';
import type { DescentOptions } from './descend-weights.js';

/** Adam as in the authors' code but for its length: 200 steps of 1,024 places instead of 5,000 of 32 images. */
const DESCENT: DescentOptions = { updates: 200, batch: 1024, rate: 4e-5, seed: 1 };

/**
 * Advanced calibration, layer by layer, each with the layers before already calibrated:
 *
 *   b  ← b + (mean a − mean φ)           per channel
 *   v0 ← v0 + T · (mean a − mean φ)      per neuron, means over images
 *   W  ← least mean of (φ − a)²          by {@link descendWeights}
 *
 * @param ann       the ANN, whose activations have the names of the SNN's neurons
 * @param snn       converted from it; not altered
 * @param run       calibration images and simulator
 * @param options   T, integer ≥ 1, which the network is for; steps of the descent, default 200 of 1,024 places
 * @throws ConversionError naming neurons that no layer feeds alone
 * @see Li et al. (ICML 2021), advanced pipeline
 */
export async function calibrateAdvanced(
  ann: Network,
  snn: Network,
  run: CalibrationRun,
  { timeSteps, descent = DESCENT }: { readonly timeSteps: number; readonly descent?: DescentOptions },
): Promise<Network> {
  const neurons = snn.description.nodes
    .filter(({ op }) => op === 'integrate-and-fire')
    .map(({ name }) => name);
  const { activations } = runNetwork(ann, run.images, { activations: neurons });
  let calibrated = snn;
  for (const name of neurons) {
    const target = activations.get(name)!;
    calibrated = await correctBias(calibrated, name, { target, run, timeSteps });
    calibrated = await correctPotentials(calibrated, name, { target, run, timeSteps });
    calibrated = await calibrateWeights(calibrated, name, { target, run, timeSteps, descent });
  }
  return calibrated;
}

async function correctPotentials(
  snn: Network,
  name: string,
  {
    target,
    run,
    timeSteps,
  }: { readonly target: NodeValues; readonly run: CalibrationRun; readonly timeSteps: number },
): Promise<Network> {
  const outputs = await layerOutputs(snn, name, run, timeSteps);
  const { data: theta } = snn.tensors.get(`${name}/threshold`)!;
  const node = snn.description.nodes.find((one) => one.name === name)!;
  const start =
    node.op === 'integrate-and-fire' && node.initialPotential.kind === 'fraction'
      ? node.initialPotential.fraction
      : 0;
  const lacking = new Float64Array(outputs.length / run.count);
  outputs.forEach((phi, i) => (lacking[i % lacking.length]! += (target.data[i]! - phi) / run.count));
  const fractions = lacking.map((value, i) => start + (timeSteps * value) / theta[i % theta.length]!);
  return setNeurons(snn, name, { fractions });
}
