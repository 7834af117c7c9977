import { sizeOf, sourceShape } from '../geometry.js';
import { firstMaximum, writeInitialPotential } from '../output.js';
import type { SpikingLayer, SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import { FLOAT32, type Arithmetic, type Numbers } from './arithmetic.js';
import { INT16 } from './int16.js';
import { addAnalog } from './layer.js';

/** What one layer remembers between steps, each [height, width, channels]. */
interface LayerState<N extends Numbers> {
  readonly layer: SpikingLayer;
  readonly constant: N;
  readonly v: N;
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
  if (plan.precision === 'int16') simulateIn(INT16, plan, request, image, output);
  else simulateIn(FLOAT32, plan, request, image, output);
}

function simulateIn<N extends Numbers>(
  arithmetic: Arithmetic<N>,
  plan: SpikingPlan,
  request: SimulationRequest,
  image: number,
  output: SimulationOutput,
): void {
  const states = plan.layers.map((layer, index) =>
    initialState(arithmetic, plan, layer, index, request, image),
  );
  for (let t = 0; t < request.timeSteps; t++) {
    states.forEach((state, index) => {
      const row = image * states.length + index;
      const at = row * request.timeSteps + t;
      output.synapticOperations[at] = stepLayer(arithmetic, plan, states, state);
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
    recordStep(arithmetic, states, request, image, t, output);
  }
}

function initialState<N extends Numbers>(
  arithmetic: Arithmetic<N>,
  plan: SpikingPlan,
  layer: SpikingLayer,
  index: number,
  request: SimulationRequest,
  image: number,
): LayerState<N> {
  const size = sizeOf(layer.shape);
  const pixels = sizeOf(plan.inputShape);
  const v = arithmetic.allocate(size);
  if (layer.neuron) writeInitialPotential(request, index, image, layer.shape[2], v);
  const current = constantCurrent(plan, layer, request.images.subarray(image * pixels, (image + 1) * pixels));
  return {
    layer,
    constant: arithmetic.constant(layer, current),
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
function stepLayer<N extends Numbers>(
  arithmetic: Arithmetic<N>,
  plan: SpikingPlan,
  states: readonly LayerState<N>[],
  state: LayerState<N>,
): number {
  const { layer, constant, v, spikes } = state;
  const [height, width, channels] = layer.shape;
  let operations = 0;
  for (let place = 0; place < height * width; place++) {
    const [from, to] = [place * channels, (place + 1) * channels];
    const s = constant.slice(from, to) as N;
    for (const synapse of layer.synapses) {
      if (synapse.source === 'input') continue;
      const source = states[synapse.source]!.spikes;
      const position = [Math.floor(place / width), place % width] as const;
      operations += arithmetic.addSpikes(
        s,
        synapse,
        sourceShape(plan, synapse),
        source,
        position,
        layer.shape,
      );
    }
    const here = v.subarray(from, to) as N;
    if (layer.neuron) arithmetic.fire(here, s, layer.neuron, spikes.subarray(from, to));
    else arithmetic.accumulate(here, s);
  }
  return operations;
}

function recordStep<N extends Numbers>(
  arithmetic: Arithmetic<N>,
  states: readonly LayerState<N>[],
  { timeSteps, record = {} }: SimulationRequest,
  image: number,
  t: number,
  output: SimulationOutput,
): void {
  const readOut = states.at(-1)!;
  const potential = ({ layer, v }: LayerState<N>, neuron: number): number =>
    arithmetic.activation(layer, neuron % layer.shape[2], v[neuron]!);
  output.predictions[image * timeSteps + t] = firstMaximum(readOut.v);
  const classes = readOut.v.length;
  output.logits?.set(
    Float32Array.from(readOut.v, (_, neuron) => potential(readOut, neuron)),
    (image * timeSteps + t) * classes,
  );
  record.membrane?.forEach(({ layer, neurons }, i) => {
    const row = (image * timeSteps + t) * neurons.length;
    neurons.forEach((neuron, j) => (output.membrane![i]![row + j] = potential(states[layer]!, neuron)));
  });
  record.spikeCountsAt?.forEach((step, i) => {
    if (step !== t + 1) return;
    states.forEach(({ counts }, layer) => {
      output.spikeCounts![i]![layer]!.set(counts, image * counts.length);
    });
  });
}
