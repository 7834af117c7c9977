import { sizeOf } from './geometry.js';
import type { SpikingPlan } from './plan.js';
import type { SimulationOutput, SimulationRequest } from './simulator.js';

/** A {@link SimulationOutput} of zeros with the shapes that a request asks for. */
export function allocateOutput(plan: SpikingPlan, request: SimulationRequest): SimulationOutput {
  const { batch, timeSteps, record = {} } = request;
  const layers = plan.layers.length;
  const classes = sizeOf(plan.layers.at(-1)!.shape);
  const { spikeCountsAt, membrane } = record;
  return {
    predictions: new Uint16Array(batch * timeSteps),
    spikes: new Float64Array(batch * layers * timeSteps),
    synapticOperations: new Float64Array(batch * layers * timeSteps),
    firstSpikeTimeSum: new Float64Array(batch * layers),
    firedNeurons: new Float64Array(batch * layers),
    ...(record.logits === true && { logits: new Float32Array(batch * timeSteps * classes) }),
    ...(spikeCountsAt && {
      spikeCounts: spikeCountsAt.map(() =>
        plan.layers.map((layer) => new Uint16Array(batch * sizeOf(layer.shape))),
      ),
    }),
    ...(membrane && {
      membrane: membrane.map(({ neurons }) => new Float32Array(batch * timeSteps * neurons.length)),
    }),
  };
}

/** Index of the largest value; the first one wins a tie, and nothing wins over a leading NaN. */
export function firstMaximum(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Fills `target`, [height, width, channels], with v[0] of one layer and image. */
export function writeInitialPotential(
  request: SimulationRequest,
  layer: number,
  image: number,
  channels: number,
  target: Float32Array | Int32Array,
): void {
  const potential = request.initialPotentials[layer]!;
  if (potential.kind === 'per-neuron') {
    target.set(potential.values.subarray(image * target.length, (image + 1) * target.length));
    return;
  }
  for (let i = 0; i < target.length; i += channels) target.set(potential.values, i);
}
