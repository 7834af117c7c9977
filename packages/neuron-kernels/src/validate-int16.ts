import { hasBinarySpikesIn } from './binary-spikes.js';
import { currentLimits, INTEGER_LIMIT } from './int16-arithmetic.js';
import type { SpikingLayer } from './plan.js';
import { spikeRange } from './spike-range.js';

/**
 * Problems of one layer of an int16 plan that is otherwise complete: numbers off the grid, and channels in which the
 * spikes of one step could leave 16 bits. None means that no pattern of spikes can overflow (int16-arithmetic.ts).
 */
export function int16Problems(layer: SpikingLayer): string[] {
  const problems = gridProblems(layer);
  if (!hasBinarySpikesIn(layer)) {
    problems.push(
      'spikes must be plain, with one θ per channel and average pooling, in an int16 plan. Use precision float32.',
    );
  }
  const off = [
    ...(layer.neuron ? [offGrid('theta', layer.neuron.theta)] : []),
    ...layer.synapses.map((synapse, i) => {
      if (synapse.source === 'input') return '';
      const [name, values] =
        synapse.kind === 'identity'
          ? (['scale', synapse.scale] as const)
          : (['weights', synapse.weights] as const);
      return offGrid(`synapse ${i}: ${name}`, values);
    }),
    ...(readsImage(layer)
      ? []
      : [offGrid('bias', layer.bias, Math.max(INTEGER_LIMIT, currentLimits(layer)[1]))]),
  ].filter((problem) => problem !== '');
  problems.push(...off);
  return off.length > 0 ? problems : [...problems, ...rangeProblems(layer)];
}

/** Whether a layer has a synapse that reads the image. */
export function readsImage({ synapses }: Pick<SpikingLayer, 'synapses'>): boolean {
  return synapses.some(({ source }) => source === 'input');
}

function gridProblems({ step, shape, neuron }: SpikingLayer): string[] {
  if (step?.length !== shape[2]) {
    return [`step must hold ${shape[2]} values in an int16 plan, got ${step?.length ?? 'none'}.`];
  }
  const wrong = step.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (wrong >= 0) return [`step[${wrong}] must be finite and > 0, got ${step[wrong]!}.`];
  const other = neuron ? -1 : step.findIndex((value) => value !== step[0]);
  if (other < 0) return [];
  return [`step must be one for all classes of the read-out, got ${step[0]!} and ${step[other]!}.`];
}

function offGrid(name: string, values: Float32Array, limit: number = INTEGER_LIMIT): string {
  const wrong = values.findIndex((value) => !Number.isInteger(value) || Math.abs(value) > limit);
  if (wrong < 0) return '';
  return `${name}[${wrong}] must be an integer in [-${limit}, ${limit}], got ${values[wrong]!}.`;
}

/** The first channel whose bias and spikes can leave the range of currents. */
function rangeProblems(layer: SpikingLayer): string[] {
  const { low, high } = spikeRange(layer);
  const isDriven = readsImage(layer);
  const [least, most] = currentLimits(layer);
  for (let channel = 0; channel < low.length; channel++) {
    // What the image adds is saturated to the room that spikes leave.
    const bias = isDriven ? 0 : layer.bias[channel]!;
    const [from, to] = [bias + low[channel]!, bias + high[channel]!];
    if (from >= least && to <= most) continue;
    return [
      `channel ${channel}: bias and spikes of one step must stay in [${least}, ${most}], got [${from}, ${to}]. ` +
        'Take a larger step.',
    ];
  }
  return [];
}
