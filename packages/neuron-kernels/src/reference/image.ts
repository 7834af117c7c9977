import { sizeOf } from '../geometry.js';
import { firstMaximum, writeInitialPotential } from '../output.js';
import type { SpikingLayer, SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import { FLOAT32, type Arithmetic, type Numbers } from './arithmetic.js';
import type { Emitted } from './emitted.js';
import { INT16 } from './int16.js';
import { addAnalog } from './layer.js';
import { spikeSource } from './spike-source.js';

/** What one layer remembers between steps, each [height, width, channels]. */
export interface LayerState<N extends Numbers> extends Emitted {
  readonly layer: SpikingLayer;
  readonly constant: N;
  readonly v: N;
  /** Sum of the spikes sent so far; never negative. */
  readonly counts: Uint16Array;
  /** 1 if it has sent any. */
  readonly fired: Uint8Array;
}

/**
 * Adds the spikes of all sources of layer `index` to its current s, [height, width, channels]; returns the additions. How this is
 * done is all in which the reference and the event-driven kernels differ.
 */
export type AddCurrents<N extends Numbers> = (
  states: readonly LayerState<N>[],
  index: number,
  s: N,
) => number;

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
  if (plan.precision === 'int16') {
    simulateIn(INT16, plan, request, image, output, gather(INT16, plan));
  } else simulateIn(FLOAT32, plan, request, image, output, gather(FLOAT32, plan));
}

/** Simulates one image, with spikes added in the way given. */
export function simulateIn<N extends Numbers>(
  arithmetic: Arithmetic<N>,
  plan: SpikingPlan,
  request: SimulationRequest,
  image: number,
  output: SimulationOutput,
  addCurrents: AddCurrents<N>,
): void {
  const states = plan.layers.map((layer, index) =>
    initialState(arithmetic, plan, layer, index, request, image),
  );
  const currents = states.map(({ v }) => arithmetic.allocate(v.length));
  for (let t = 0; t < request.timeSteps; t++) {
    states.forEach((state, index) => {
      const row = image * states.length + index;
      const at = row * request.timeSteps + t;
      const s = currents[index]!;
      s.set(state.constant);
      output.synapticOperations[at] = addCurrents(states, index, s);
      if (state.layer.neuron) arithmetic.fire(state.v, s, state.layer.neuron, state, state.counts);
      else arithmetic.accumulate(state.v, s);
      output.spikes[at] = countSpikes(state, row, t, output);
    });
    recordStep(arithmetic, states, request, image, t, output);
  }
}

/** Counts the spikes of step t; returns how many there were, of either sign. */
function countSpikes(
  { spikes, counts, fired }: LayerState<Numbers>,
  row: number,
  t: number,
  output: SimulationOutput,
): number {
  let total = 0;
  for (let neuron = 0; neuron < spikes.length; neuron++) {
    const sent = spikes[neuron]!;
    if (sent === 0) continue;
    total += Math.abs(sent);
    counts[neuron]! += sent;
    if (fired[neuron] === 1) continue;
    fired[neuron] = 1;
    output.firstSpikeTimeSum[row]! += t + 1;
    output.firedNeurons[row]! += 1;
  }
  return total;
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
    spikes: new Int16Array(size),
    values: new Float32Array(size),
    counts: new Uint16Array(size),
    fired: new Uint8Array(size),
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

/** Every place of a layer looks at all it reads. */
function gather<N extends Numbers>(arithmetic: Arithmetic<N>, plan: SpikingPlan): AddCurrents<N> {
  const sources = plan.layers.map(({ synapses }) =>
    synapses.flatMap((synapse) => (synapse.source === 'input' ? [] : [spikeSource(plan, synapse)])),
  );
  return (states, index, currents) => {
    const target = plan.layers[index]!.shape;
    const [height, width, channels] = target;
    const read = sources[index]!.map((source) => ({
      ...source,
      emitted: source.read(states[source.layer]!),
    }));
    let operations = 0;
    for (let place = 0; place < height * width; place++) {
      const s = currents.subarray(place * channels, (place + 1) * channels) as N;
      const position = [Math.floor(place / width), place % width] as const;
      for (const { synapse, shape, emitted } of read)
        operations += arithmetic.addSpikes(s, synapse, shape, emitted, position, target);
    }
    return operations;
  };
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
