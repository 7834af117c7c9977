import { kernelWindow, poolWindow, sourceShape, windowedSize, type Window } from '../geometry.js';
import type { SpikingPlan, Synapse } from '../plan.js';
import type { SimulationRequest } from '../simulator.js';
import type { LayerConstants, SynapseConstants } from './constants.js';
import * as D from './descriptor.js';
import { numbersAt } from './numbers.js';
import type { RunLayout } from './run-layout.js';

/** Writes a thread's descriptors and per-channel potentials into the region that {@link RunLayout} describes. */
export function writeRun(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  constants: readonly LayerConstants[],
  requests: readonly SimulationRequest[],
  layout: RunLayout,
): void {
  plan.layers.forEach((layer, index) => {
    layout.work.forEach((_, lane) => {
      writeLayer(buffer, plan, constants, layout, { lane, index });
    });
    const { initial, blocks } = layout.program.layers[index]!;
    initial.forEach(({ kind, at }, member) => {
      if (kind === 'per-neuron') return;
      const target = numbersAt(plan.precision, buffer, at, blocks * D.BLOCK_CHANNELS).fill(0);
      if (layer.neuron) target.set(requests[member]!.initialPotentials[index]!.values);
    });
  });
}

/** A layer of one of the images at once. */
interface Position {
  readonly lane: number;
  readonly index: number;
}

function writeLayer(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  constants: readonly LayerConstants[],
  layout: RunLayout,
  at: Position,
): void {
  const { lane, index } = at;
  const layer = plan.layers[index]!;
  const fixed = constants[index]!;
  const program = layout.program.layers[index]!;
  const work = layout.work[lane]![index]!;
  const state = layout.program.lanes[lane]![index]!;
  const analog = layer.synapses.filter(({ source }) => source === 'input').length;
  writeFields(buffer, state.descriptor, {
    [D.LAYER_HEIGHT]: layer.shape[0],
    [D.LAYER_WIDTH]: layer.shape[1],
    [D.LAYER_BLOCKS]: fixed.blocks,
    [D.LAYER_SYNAPSES]: work.synapses,
    [D.LAYER_SYNAPSE_COUNT]: layer.synapses.length - analog,
    [D.LAYER_ANALOG]: work.analog,
    [D.LAYER_ANALOG_COUNT]: analog,
    [D.LAYER_BIAS]: fixed.bias,
    [D.LAYER_CURRENT]: analog > 0 ? state.current : fixed.bias,
    [D.LAYER_CURRENT_STRIDE]: analog > 0 ? fixed.blocks * D.BLOCK_CHANNELS * 4 : 0,
    [D.LAYER_THETA]: fixed.theta,
    [D.LAYER_RESET_MASK]: layer.neuron?.reset === 'zero' ? 0 : -1,
    [D.LAYER_POTENTIALS]: state.potentials,
    [D.LAYER_SPIKES]: work.spikes,
    [D.LAYER_CAPACITY]: layout.program.capacity,
    [D.LAYER_SEEN]: state.seen,
    [D.LAYER_CONNECTIONS]: layout.connections,
    [D.LAYER_CURRENTS]: layout.currents,
    [D.LAYER_IS_READ_OUT]: program.isReadOut ? 1 : 0,
    [D.LAYER_LIST_ENTRIES]: work.listEntries,
    [D.LAYER_LIST_STARTS]: work.listStarts,
    [D.LAYER_IS_LISTED]: 0,
    [D.LAYER_TAP_STRIDE]: program.listing.hasGroups
      ? fixed.blocks * D.TABLE_WORD_BYTES
      : layer.shape[2] * D.BLOCK_CHANNELS * 4,
  });
  writeSynapses(buffer, plan, fixed.synapses, layout, at);
}

function writeSynapses(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  placed: readonly SynapseConstants[],
  layout: RunLayout,
  { lane, index }: Position,
): void {
  let { analog, synapses } = layout.work[lane]![index]!;
  plan.layers[index]!.synapses.forEach((synapse, i) => {
    const isAnalog = synapse.source === 'input';
    const shape = sourceShape(plan, synapse);
    const pooled = windowedSize(shape, poolWindow(synapse.pool));
    writeFields(buffer, isAnalog ? analog : synapses, {
      [D.SYNAPSE_KIND]: placed[i]!.kind,
      ...sourceFields(plan, layout, lane, synapse, placed[i]!.kind),
      [D.SYNAPSE_SOURCE_LAYER]:
        synapse.source === 'input' ? 0 : layout.program.lanes[lane]![synapse.source]!.descriptor,
      [D.SYNAPSE_IS_POOLED]: synapse.pool ? 1 : 0,
      [D.SYNAPSE_COMPILED]: placed[i]!.compiled,
      [D.SYNAPSE_CODE]: 0,
      [D.SYNAPSE_WEIGHTS]: placed[i]!.address,
      [D.SYNAPSE_BLOCK_STRIDE]: placed[i]!.blockStride * 4,
      [D.SYNAPSE_TAP_STRIDE]: placed[i]!.tapStride * 4,
      [D.SYNAPSE_SOURCE_HEIGHT]: shape[0],
      [D.SYNAPSE_SOURCE_WIDTH]: shape[1],
      [D.SYNAPSE_POOLED_HEIGHT]: pooled[0],
      [D.SYNAPSE_POOLED_WIDTH]: pooled[1],
      ...windowFields(D.SYNAPSE_KERNEL, kernelWindow(synapse)),
      ...windowFields(D.SYNAPSE_POOL, poolWindow(synapse.pool)),
    });
    if (isAnalog) analog += D.SYNAPSE_BYTES;
    else synapses += D.SYNAPSE_BYTES;
  });
}

/** Where a synapse finds its source: the image (relative to the slot), or spike bits. */
function sourceFields(
  plan: SpikingPlan,
  { program: { layers, capacity }, work }: RunLayout,
  lane: number,
  { source }: Synapse,
  kind: number,
): Readonly<Record<number, number>> {
  if (source === 'input') {
    const channels = plan.inputShape[2];
    return sourceRecord({ at: 0, placeStride: channels * 4, stepStride: 0, width: channels, blockStride: 0 });
  }
  const { blocks } = layers[source]!;
  const blockStride = kind === D.KIND_IDENTITY ? 2 : 0;
  const placeStride = capacity * blocks * 2;
  return sourceRecord({
    at: work[lane]![source]!.spikes,
    placeStride,
    stepStride: blocks * 2,
    width: blocks,
    blockStride,
  });
}

function sourceRecord(record: {
  at: number;
  placeStride: number;
  stepStride: number;
  width: number;
  blockStride: number;
}): Readonly<Record<number, number>> {
  return {
    [D.SYNAPSE_SOURCE]: record.at,
    [D.SYNAPSE_PLACE_STRIDE]: record.placeStride,
    [D.SYNAPSE_STEP_STRIDE]: record.stepStride,
    [D.SYNAPSE_WIDTH]: record.width,
    [D.SYNAPSE_SOURCE_BLOCK_STRIDE]: record.blockStride,
  };
}

function windowFields(at: number, { size, strides, padding }: Window): Readonly<Record<number, number>> {
  return {
    [at + D.WINDOW_HEIGHT]: size[0],
    [at + D.WINDOW_WIDTH]: size[1],
    [at + D.WINDOW_STRIDE_Y]: strides[0],
    [at + D.WINDOW_STRIDE_X]: strides[1],
    [at + D.WINDOW_TOP]: padding.top,
    [at + D.WINDOW_LEFT]: padding.left,
  };
}

/** Writes 32-bit fields at byte offsets from `address`. */
function writeFields(
  buffer: ArrayBufferLike,
  address: number,
  fields: Readonly<Record<number, number>>,
): void {
  const view = new Int32Array(buffer);
  for (const [offset, value] of Object.entries(fields)) view[(address + Number(offset)) / 4] = value;
}
