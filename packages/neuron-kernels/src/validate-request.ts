import { firstNotFinite } from './finite.js';
import { sizeOf } from './geometry.js';
import { INT16_TIME_STEPS_LIMIT } from './int16-arithmetic.js';
import { potentialRangeProblems } from './round-potentials.js';
import type { SpikingPlan } from './plan.js';
import type { RecordOptions, SimulationRequest, SimulatorOptions } from './simulator.js';

/** Spike counts are stored in 16 bits. */
const TIME_STEPS_LIMIT = 65_535;
const THREADS_LIMIT = 1024;
const BACKENDS: readonly NonNullable<SimulatorOptions['backend']>[] = [
  'auto',
  'reference',
  'event-driven',
  'wasm',
  'native',
  'native-avx512',
  'native-avx2',
  'native-sse42',
  'native-neon',
];

/** @throws RangeError naming every option that is out of range */
export function assertOptions({ backend = 'auto', threads = 1, memoryBytes = 1 }: SimulatorOptions): void {
  const problems: string[] = [];
  if (!BACKENDS.includes(backend)) {
    problems.push(`backend must be one of ${BACKENDS.join(', ')}, got ${backend}.`);
  }
  if (!isInteger(threads, 1, THREADS_LIMIT)) {
    problems.push(`threads must be an integer in [1, ${THREADS_LIMIT}], got ${threads}.`);
  }
  if (!(Number.isFinite(memoryBytes) && memoryBytes > 0)) {
    problems.push(`memoryBytes must be a positive number of bytes, got ${memoryBytes}.`);
  }
  if (problems.length > 0) throw new RangeError(`createSimulator: ${problems.join(' ')}`);
}

/**
 * Requires a request to fit its plan.
 *
 * @throws RangeError naming every problem found
 */
export function assertRequest(plan: SpikingPlan, request: SimulationRequest, caller = 'run'): void {
  const { batch, timeSteps, images, record = {} } = request;
  const problems: string[] = [];
  if (!isInteger(batch, 1, Number.MAX_SAFE_INTEGER)) {
    problems.push(`batch must be an integer ≥ 1, got ${batch}.`);
  }
  const mostSteps = plan.precision === 'int16' ? INT16_TIME_STEPS_LIMIT : stepsThatCanBeCounted(plan);
  if (!isInteger(timeSteps, 1, mostSteps)) {
    problems.push(`timeSteps must be an integer in [1, ${mostSteps}], got ${timeSteps}.`);
  }
  if (problems.length === 0) {
    problems.push(...arrayProblems('images', images, batch * sizeOf(plan.inputShape)));
    const potentials = potentialProblems(plan, request);
    if (potentials.length === 0 && plan.precision === 'int16') {
      potentials.push(...potentialRangeProblems(request));
    }
    problems.push(...potentials);
    problems.push(...recordProblems(plan, record, timeSteps));
  }
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join(' ')}`);
}

/** A group may send all its members' spikes at every step. */
function stepsThatCanBeCounted({ layers }: SpikingPlan): number {
  const members = layers.map(({ neuron }) =>
    neuron?.emission?.kind === 'group' ? neuron.emission.members : 1,
  );
  return Math.floor(TIME_STEPS_LIMIT / Math.max(1, ...members));
}

function isInteger(value: number, low: number, high: number): boolean {
  return Number.isSafeInteger(value) && value >= low && value <= high;
}

function arrayProblems(name: string, values: Float32Array, length: number): string[] {
  if (values.length !== length) return [`${name} must hold ${length} values, got ${values.length}.`];
  const wrong = firstNotFinite(values);
  return wrong < 0 ? [] : [`${name}[${wrong}] must be finite, got ${values[wrong]!}.`];
}

function potentialProblems(plan: SpikingPlan, { initialPotentials, batch }: SimulationRequest): string[] {
  const spiking = plan.layers.slice(0, -1);
  if (initialPotentials.length !== spiking.length) {
    return [
      `initialPotentials must hold one entry per spiking layer (${spiking.length}), got ${initialPotentials.length}.`,
    ];
  }
  return spiking.flatMap(({ shape }, layer) => {
    const { kind, values } = initialPotentials[layer]!;
    const length = kind === 'per-neuron' ? batch * sizeOf(shape) : shape[2];
    return arrayProblems(`initialPotentials[${layer}].values (${kind})`, values, length);
  });
}

function recordProblems(plan: SpikingPlan, record: RecordOptions, timeSteps: number): string[] {
  const { spikeCountsAt = [], membrane = [] } = record;
  const steps = spikeCountsAt
    .filter((step) => !isInteger(step, 1, timeSteps))
    .map((step) => `record.spikeCountsAt must hold integers in [1, ${timeSteps}], got ${step}.`);
  const traces = membrane.flatMap(({ layer, neurons }, i) => {
    const traced = plan.layers[layer];
    if (traced === undefined) {
      return [
        `record.membrane[${i}].layer must be an integer in [0, ${plan.layers.length - 1}], got ${layer}.`,
      ];
    }
    const last = sizeOf(traced.shape) - 1;
    return neurons
      .filter((neuron) => !isInteger(neuron, 0, last))
      .map((neuron) => `record.membrane[${i}].neurons must hold integers in [0, ${last}], got ${neuron}.`);
  });
  return [...steps, ...traces];
}
