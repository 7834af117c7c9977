import { sizeOf } from '../geometry.js';
import { firstMaximum } from '../output.js';
import type { SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import { BLOCK_CHANNELS } from './descriptor.js';
import { numbersAt } from './numbers.js';
import type { ImageProgram, Slot } from './image-program.js';

/** Copies one image of a request, and its potentials per neuron, into a slot; `member` is the request's index in its sweep. */
export function writeSlot(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  request: SimulationRequest,
  program: ImageProgram,
  slot: Slot,
  { image, member }: { readonly image: number; readonly member: number },
): void {
  const pixels = sizeOf(plan.inputShape);
  const target = new Float32Array(buffer, slot.image, pixels);
  target.set(request.images.subarray(image * pixels, (image + 1) * pixels));
  request.initialPotentials.forEach(({ kind, values }, index) => {
    if (kind !== 'per-neuron') return;
    const { places, blocks, initial } = program.layers[index]!;
    const { at } = initial[member]!;
    const channels = plan.layers[index]!.shape[2];
    const padded = blocks * BLOCK_CHANNELS;
    const v = numbersAt(plan.precision, buffer, slot.potentials + at, places * padded);
    const row = values.subarray(image * places * channels, (image + 1) * places * channels);
    if (padded === channels) {
      v.set(row);
      return;
    }
    v.fill(0);
    for (let place = 0; place < places; place++) {
      v.set(row.subarray(place * channels, (place + 1) * channels), place * padded);
    }
  });
}

/** Copies a slot's results into the rows of `output` that belong to an image. */
export function readSlot(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  request: SimulationRequest,
  program: ImageProgram,
  slot: Slot,
  image: number,
  output: SimulationOutput,
): void {
  const { layers, timeSteps } = program;
  const cells = layers.length * timeSteps;
  output.spikes.set(new Float64Array(buffer, slot.spikes, cells), image * cells);
  output.synapticOperations.set(new Float64Array(buffer, slot.operations, cells), image * cells);
  const firing = new Float64Array(buffer, slot.firing, layers.length * 2);
  layers.forEach(({ isReadOut }, index) => {
    if (isReadOut) return;
    const [sum, fired] = [firing[index * 2]!, firing[index * 2 + 1]!];
    // A neuron that first fired at t (1-based) was counted at timeSteps − t + 1 steps.
    output.firstSpikeTimeSum[image * layers.length + index] = fired * (timeSteps + 1) - sum;
    output.firedNeurons[image * layers.length + index] = fired;
  });
  readLogits(buffer, plan, program, slot, image, output);
  readCounts(buffer, plan, request, program, slot, image, output);
  readTraces(buffer, plan, request, slot, image, output);
}

function readLogits(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  { layers, timeSteps }: ImageProgram,
  slot: Slot,
  image: number,
  output: SimulationOutput,
): void {
  const { places, blocks } = layers.at(-1)!;
  const shape = plan.layers.at(-1)!.shape;
  const padded = blocks * BLOCK_CHANNELS;
  const steps = numbersAt(plan.precision, buffer, slot.logits, timeSteps * places * padded);
  const logits = steps.slice(0, sizeOf(shape));
  const step = plan.precision === 'int16' ? plan.layers.at(-1)!.step![0]! : undefined;
  for (let t = 0; t < timeSteps; t++) {
    unpad(steps, t * places * padded, padded, shape[2], logits);
    output.predictions[image * timeSteps + t] = firstMaximum(logits);
    const inActivation = step === undefined ? logits : Float32Array.from(logits, (value) => value * step);
    output.logits?.set(inActivation, (image * timeSteps + t) * logits.length);
  }
}

/** Copies [places][padded] from `start` to [places][channels]. */
function unpad(
  source: Float32Array | Int32Array | Uint16Array,
  start: number,
  padded: number,
  channels: number,
  target: Float32Array | Int32Array | Uint16Array,
): void {
  for (let to = 0, from = start; to < target.length; to += channels, from += padded) {
    target.set(source.subarray(from, from + channels), to);
  }
}

function readCounts(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  { record }: SimulationRequest,
  { layers, spikeCountsAt }: ImageProgram,
  slot: Slot,
  image: number,
  output: SimulationOutput,
): void {
  record?.spikeCountsAt?.forEach((step, i) => {
    const sizes = layers.map(({ places, blocks }) => places * blocks * BLOCK_CHANNELS);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let start = spikeCountsAt.indexOf(step) * total;
    layers.forEach(({ blocks, isReadOut }, index) => {
      const { shape } = plan.layers[index]!;
      const counts = new Uint16Array(buffer, slot.spikeCounts + start * 2, sizes[index]);
      start += sizes[index]!;
      if (isReadOut) return;
      const target = output.spikeCounts![i]![index]!;
      const size = sizeOf(shape);
      const row = target.subarray(image * size, (image + 1) * size);
      unpad(counts, 0, blocks * BLOCK_CHANNELS, shape[2], row);
    });
  });
}

function readTraces(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  { record, timeSteps }: SimulationRequest,
  slot: Slot,
  image: number,
  output: SimulationOutput,
): void {
  let at = slot.membrane;
  record?.membrane?.forEach(({ layer, neurons }, i) => {
    const size = timeSteps * neurons.length;
    const { step, shape } = plan.layers[layer]!;
    const traces =
      step === undefined || plan.precision !== 'int16'
        ? new Float32Array(buffer, at, size)
        : Float32Array.from(new Int32Array(buffer, at, size), (value, k) => {
            return value * step[neurons[k % neurons.length]! % shape[2]]!;
          });
    output.membrane![i]!.set(traces, image * size);
    at += size * 4;
  });
}
