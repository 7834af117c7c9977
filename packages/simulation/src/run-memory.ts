import type { SpikingPlan } from '@opi-snn/neuron-kernels';
import type { InitialPotential, Preparation } from '@opi-snn/theory';
import { isPerChannel } from './per-channel.js';
import type { RecordRequest } from './record-request.js';

/** What the size of a run's results depends on. */
export interface RunSize {
  readonly images: number;
  readonly timeSteps: number;
  readonly record: RecordRequest;
}

/** Memory of everything that a run keeps for all of its images: predictions and record [bytes]. */
export function bytesOfResults(plan: SpikingPlan, { images, timeSteps, record }: RunSize): number {
  const firstSpikes = record.firstSpikes === true ? 16 * plan.layers.length : 0;
  return images * (bytesPerStep(plan, record) * timeSteps + bytesOfCounts(plan, record) + firstSpikes);
}

/**
 * Memory that one image of a batch takes outside the kernels: its pixels, its potentials where neurons of a channel differ, and what the kernels
 * return for it, which grows with T [bytes].
 */
export function bytesOfBatchImage(
  plan: SpikingPlan,
  potentials: readonly InitialPotential[],
  { timeSteps, record }: RunSize,
): number {
  const [height, width, channels] = plan.inputShape;
  const random = plan.layers.filter(
    ({ shape, neuron }, i) =>
      potentials[i] !== undefined &&
      (neuron!.theta.length > shape[2] || !isPerChannel(potentials[i], shape[2])),
  );
  const floats = height * width * channels + random.reduce((sum, layer) => sum + neuronsOf(layer), 0);
  // Spikes and synaptic operations of each layer and step, two sums of each layer: float64.
  const activity = 16 * plan.layers.length * (timeSteps + 1);
  return 4 * floats + activity + bytesPerStep(plan, record) * timeSteps + bytesOfCounts(plan, record);
}

/** Memory that one image of a batch takes in a preparation: potentials of every neuron and step, counts, two starts [bytes]. */
export function bytesOfPreparation({ layers }: SpikingPlan, preparation: Preparation | undefined): number {
  if (preparation === undefined) return 0;
  const neurons = layers.reduce((sum, layer) => sum + neuronsOf(layer), 0);
  return neurons * (6 * preparation.timeSteps + 8);
}

/** Memory that one image of a batch takes where potentials are carried: those of every neuron and step, counts, what is carried, starts [bytes]. */
export function bytesOfCarrying({ layers }: SpikingPlan, timeSteps: number): number {
  return layers.reduce((sum, layer) => sum + neuronsOf(layer), 0) * (4 * timeSteps + 10);
}

/** Number of neurons of a layer. */
export function neuronsOf({ shape }: SpikingPlan['layers'][number]): number {
  return shape[0] * shape[1] * shape[2];
}

/** Of one image: a prediction, logits if asked for, traced potentials. */
function bytesPerStep(plan: SpikingPlan, { logits, membrane = [] }: RecordRequest): number {
  const traced = membrane.reduce((sum, trace) => sum + trace.neurons.length, 0);
  return 2 + 4 * traced + (logits === true ? 4 * neuronsOf(plan.layers.at(-1)!) : 0);
}

/** Of one image: spike counts of all neurons. */
function bytesOfCounts(plan: SpikingPlan, { spikeCountsAt = [] }: RecordRequest): number {
  return 2 * spikeCountsAt.length * plan.layers.reduce((sum, layer) => sum + neuronsOf(layer), 0);
}
