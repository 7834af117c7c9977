import type { SpikingLayer, SpikingPlan, Synapse } from '@opi-snn/neuron-kernels';
import { predictRoundingError } from '@opi-snn/theory';

/** How finely one layer was computed in int16, and what error that is predicted to cause. */
export interface GridReport {
  readonly layer: string;
  /** Grid steps in θ, least over channels; null for the read-out. */
  readonly levels: number | null;
  /**
   * Predicted root mean square error of a neuron's mean current, largest over channels, from rounding weights and biases
   * (or the constant current, if the image drives it): in units of θ; of the read-out's step for the read-out.
   */
  readonly error: number;
}

/** What {@link reportGrid} needs to know of a layer that ran: `LayerActivity`, or stored counts. */
export interface LayerSpikes {
  readonly neurons: number;
  /** `[timeSteps]`: spikes at each step, summed over images. */
  readonly spikes: Iterable<number>;
}

/**
 * Predict what rounding to the grid costs, from the rates of the layers before: {@link predictRoundingError} with
 * Σr = connections · mean rate.
 *
 * @param plan   an int16 plan
 * @param layers what its layers did
 * @param steps  images · T of that run
 */
export function reportGrid(plan: SpikingPlan, layers: readonly LayerSpikes[], steps: number): GridReport[] {
  const rates = layers.map(({ spikes, neurons }) => {
    let sum = 0;
    for (const n of spikes) sum += n;
    return sum / (neurons * steps);
  });
  return plan.layers.map((layer) => {
    const activeConnections = layer.synapses.reduce((sum, synapse) => {
      return sum + (synapse.source === 'input' ? 0 : connectionsOf(layer, synapse) * rates[synapse.source]!);
    }, 0);
    const inSteps = predictRoundingError({ step: 1, activeConnections });
    const levels = layer.neuron ? layer.neuron.theta.reduce((least, n) => Math.min(least, n)) : null;
    return { layer: layer.name, levels, error: inSteps / (levels ?? 1) };
  });
}

/** Connections of one neuron, borders aside. */
function connectionsOf({ shape }: SpikingLayer, synapse: Synapse): number {
  const [height, width] = synapse.pool?.size ?? [1, 1];
  const rows = synapse.kind === 'identity' ? 1 : synapse.weights.length / shape[2];
  return rows * height * width;
}
