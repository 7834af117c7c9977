import { sizeOf, sourceShape } from '../geometry.js';
import { firstMaximum, writeInitialPotential } from '../output.js';
import type { SpikingLayer, SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import { addAnalog, addSpikes, fire } from './layer.js';

const { fround } = Math;

/** What one layer remembers between steps, each [height, width, channels]. */
interface LayerState {
  readonly layer: SpikingLayer;
  readonly constant: Float32Array;
  readonly v: Float32Array;
  readonly spikes: Uint8Array;
  readonly counts: Uint16Array;
}

/**
 * Simulates one image, step after step, layer after layer: the plainest form of the equations, kept as the oracle of
 * the fast kernels. Writes into the rows of `output` that belong to the image.
 */
export function simulateImage(
  plan: SpikingPlan,
  request: SimulationRequest,
  image: number,
  output: SimulationOutput,
): void {
  const states = plan.layers.map((layer, index) => initialState(plan, layer, index, request, image));
  for (let t = 0; t < request.timeSteps; t++) {
    states.forEach((state, index) => {
      const row = image * states.length + index;
      const at = row * request.timeSteps + t;
      output.synapticOperations[at] = stepLayer(plan, states, state);
      let spikes = 0;
      state.spikes.forEach((spike, neuron) => {
        if (spike === 0) return;
        spikes++;
        state.counts[neuron]! += 1;
        if (state.counts[neuron]! > 1) return;
        output.firstSpikeTimeSum[row]! += t + 1;
        output.firedNeurons[row]! += 1;
      });
      output.spikes[at] = spikes;
    });
    recordStep(states, request, image, t, output);
  }
}

function initialState(
  plan: SpikingPlan,
  layer: SpikingLayer,
  index: number,
  request: SimulationRequest,
  image: number,
): LayerState {
  const size = sizeOf(layer.shape);
  const pixels = sizeOf(plan.inputShape);
  const v = new Float32Array(size);
  if (layer.neuron) writeInitialPotential(request, index, image, layer.shape[2], v);
  return {
    layer,
    constant: constantCurrent(plan, layer, request.images.subarray(image * pixels, (image + 1) * pixels)),
    v,
    spikes: new Uint8Array(size),
    counts: new Uint16Array(size),
  };
}

/** Bias plus the analog image through every synapse that reads it, [height, width, channels]. */
function constantCurrent(plan: SpikingPlan, layer: SpikingLayer, image: Float32Array): Float32Array {
  const [height, width, channels] = layer.shape;
  const current = new Float32Array(sizeOf(layer.shape));
  for (let place = 0; place < height * width; place++) {
    const c = current.subarray(place * channels, (place + 1) * channels);
    c.set(layer.bias);
    for (const synapse of layer.synapses) {
      if (synapse.source !== 'input' || synapse.kind !== 'convolution') continue;
      addAnalog(c, synapse, plan.inputShape, image, [Math.floor(place / width), place % width]);
    }
  }
  return current;
}

/** One step of one layer; returns the additions that spikes caused. */
function stepLayer(plan: SpikingPlan, states: readonly LayerState[], state: LayerState): number {
  const { layer, constant, v, spikes } = state;
  const [height, width, channels] = layer.shape;
  let operations = 0;
  for (let place = 0; place < height * width; place++) {
    const [from, to] = [place * channels, (place + 1) * channels];
    const s = constant.slice(from, to);
    for (const synapse of layer.synapses) {
      if (synapse.source === 'input') continue;
      const source = states[synapse.source]!.spikes;
      const position = [Math.floor(place / width), place % width] as const;
      operations += addSpikes(s, synapse, sourceShape(plan, synapse), source, position, layer.shape);
    }
    const here = v.subarray(from, to);
    if (layer.neuron) fire(here, s, layer.neuron, spikes.subarray(from, to));
    else s.forEach((current, o) => (here[o] = fround(here[o]! + current)));
  }
  return operations;
}

function recordStep(
  states: readonly LayerState[],
  { timeSteps, record = {} }: SimulationRequest,
  image: number,
  t: number,
  output: SimulationOutput,
): void {
  const logits = states.at(-1)!.v;
  output.predictions[image * timeSteps + t] = firstMaximum(logits);
  output.logits?.set(logits, (image * timeSteps + t) * logits.length);
  record.membrane?.forEach(({ layer, neurons }, i) => {
    const row = (image * timeSteps + t) * neurons.length;
    neurons.forEach((neuron, j) => (output.membrane![i]![row + j] = states[layer]!.v[neuron]!));
  });
  record.spikeCountsAt?.forEach((step, i) => {
    if (step !== t + 1) return;
    states.forEach(({ counts }, layer) => {
      output.spikeCounts![i]![layer]!.set(counts, image * counts.length);
    });
  });
}
