import type { SpikingPlan } from '@opi-snn/neuron-kernels';
import {
  assertCarriedPotential,
  assertInitialPotential,
  assertPreparation,
  type CarriedPotential,
  type InitialPotential,
  type Preparation,
} from '@opi-snn/theory';
import type { ImageSource } from './image-source.js';
import type { RecordRequest } from './record-request.js';
import {
  bytesOfBatchImage,
  bytesOfCarrying,
  bytesOfPreparation,
  bytesOfResults,
  neuronsOf,
  type RunSize,
} from './run-memory.js';

/** One run of a network over images. */
export interface RunOptions {
  /** T, integer in [1, 65535]; every smaller T is in the result as well. */
  readonly timeSteps: number;
  /** Indices of the images to run, distinct or not, in this order; default all. */
  readonly indices?: ArrayLike<number>;
  /**
   * Potential of all layers, or of each spiking layer in the order of the plan; default what the network says.
   */
  readonly initialPotential?: InitialPotential | readonly InitialPotential[];
  /** Seed of random potentials, integer in [0, 2⁵³); default 0. */
  readonly seed?: number;
  /**
   * Runs before each batch from which every neuron gets its own potential. For plain neurons reset by subtraction, in float32.
   * Its steps are not in the result's counts.
   */
  readonly preparation?: Preparation;
  /**
   * Number S of sequences, integer ≥ 1; default: every image is one of its own. `indices` is then [positions, S], row-major: the first images of all sequences,
   * their second ones, and so on; its length is a multiple of S. It matters only with {@link RunOptions.carriedPotential}.
   */
  readonly sequences?: number;
  /**
   * What each neuron takes along from one image of a sequence to the next, on top of the potential it would start from. The first image of a sequence starts
   * without. For plain neurons reset by subtraction, in float32, not together with a preparation.
   */
  readonly carriedPotential?: CarriedPotential;
  /**
   * Images per call of the kernels at most, integer ≥ 1, default 64; fewer where they and their results do not fit into
   * a quarter of the memory. {@link Simulation.batchSize} says what was used.
   */
  readonly batchSize?: number;
  readonly record?: RecordRequest;
  /** Ends the run between two batches; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after every batch. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** From where one member of a sweep starts: the options in which members may differ. */
export type SweepMember = Pick<RunOptions, 'initialPotential' | 'seed' | 'preparation' | 'carriedPotential'>;

/** Several runs of a network over the same images, which differ in their potentials alone. */
export interface SweepOptions extends Omit<RunOptions, keyof SweepMember> {
  /** At least one. */
  readonly members: readonly SweepMember[];
}

/** Options checked and completed. */
export interface ResolvedRun {
  readonly timeSteps: number;
  readonly indices: Uint32Array;
  readonly initialPotentials: readonly InitialPotential[];
  readonly seed: number;
  readonly preparation: Preparation | undefined;
  readonly sequences: number;
  readonly carriedPotential: CarriedPotential | undefined;
  readonly batchSize: number;
  readonly record: RecordRequest;
}

/** What options are checked against. */
export interface RunContext {
  readonly plan: SpikingPlan;
  readonly initialPotentials: readonly InitialPotential[];
  readonly images: ImageSource;
  readonly memoryBytes: number;
}

const DEFAULT_BATCH = 64;
const TIME_STEPS_LIMIT = 65_535;

/**
 * Check options and fill in the defaults.
 *
 * @throws RangeError naming every option that is out of range
 */
export function resolveRun(options: RunOptions, context: RunContext): ResolvedRun {
  const { timeSteps, seed = 0, record = {} } = options;
  const { plan, images, memoryBytes } = context;
  const initialPotentials = potentialsOf(options, context);
  const problems = [
    ...integerProblem('timeSteps', timeSteps, 1, TIME_STEPS_LIMIT),
    ...integerProblem('seed', seed, 0, Number.MAX_SAFE_INTEGER),
    ...(options.batchSize === undefined ? [] : integerProblem('batchSize', options.batchSize, 1, 65_535)),
    ...imageProblems(options, context),
    ...potentialProblems(initialPotentials, plan),
    ...preparationProblems(options.preparation, plan),
    ...carryingProblems(options, plan, options.indices?.length ?? images.length),
    ...recordProblems(record, plan, timeSteps),
  ];
  const size: RunSize = { images: options.indices?.length ?? images.length, timeSteps, record };
  if (problems.length === 0) problems.push(...memoryProblems(plan, size, memoryBytes));
  if (problems.length > 0) throw new RangeError(`run: ${problems.join(' ')}`);
  const indices = Uint32Array.from(options.indices ?? Array.from({ length: images.length }, (_, i) => i));
  const { preparation, carriedPotential, sequences = size.images } = options;
  const bytes =
    bytesOfBatchImage(plan, initialPotentials, size) +
    bytesOfPreparation(plan, preparation) +
    (carriedPotential === undefined ? 0 : bytesOfCarrying(plan, timeSteps));
  const fitting = Math.floor(memoryBytes / 4 / bytes);
  const batchSize = Math.max(1, Math.min(options.batchSize ?? DEFAULT_BATCH, sequences, fitting));
  return {
    timeSteps,
    indices,
    initialPotentials,
    seed,
    preparation,
    sequences,
    carriedPotential,
    batchSize,
    record,
  };
}

function potentialsOf(
  { initialPotential }: RunOptions,
  { plan, initialPotentials }: RunContext,
): readonly InitialPotential[] {
  if (initialPotential === undefined) return initialPotentials;
  if (Array.isArray(initialPotential)) return initialPotential as readonly InitialPotential[];
  return plan.layers.slice(0, -1).map(() => initialPotential as InitialPotential);
}

function integerProblem(name: string, value: number, low: number, high: number): string[] {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return [];
  return [`${name} must be an integer in [${low}, ${high}], got ${value}.`];
}

function imageProblems({ indices }: RunOptions, { plan, images }: RunContext): string[] {
  const problems: string[] = [];
  if (images.imageShape.join() !== plan.inputShape.join()) {
    const [expected, found] = [plan.inputShape.join(', '), images.imageShape.join(', ')];
    problems.push(`images must have the shape [${expected}] of the network's input, got [${found}].`);
  }
  const list = indices === undefined ? [] : Array.from(indices);
  const wrong = list.findIndex((index) => !Number.isInteger(index) || index < 0 || index >= images.length);
  if (wrong >= 0) {
    problems.push(`indices[${wrong}] must be an integer in [0, ${images.length - 1}], got ${list[wrong]!}.`);
  }
  if ((indices?.length ?? images.length) === 0) problems.push('indices must name at least 1 image, got 0.');
  return problems;
}

function potentialProblems(potentials: readonly InitialPotential[], plan: SpikingPlan): string[] {
  const spiking = plan.layers.length - 1;
  if (potentials.length !== spiking) {
    return [
      `initialPotential must be one, or one for each of the ${spiking} spiking layers, got ${potentials.length}.`,
    ];
  }
  return potentials.flatMap((potential, i) => {
    try {
      assertInitialPotential(potential);
      return sizeProblem(potential, plan.layers[i]!);
    } catch (error) {
      return [`initialPotential of ${plan.layers[i]!.name}: ${(error as Error).message}`];
    }
  });
}

/** Potentials of −10³⁰ do not fit 16 bits. */
function preparationProblems(preparation: Preparation | undefined, plan: SpikingPlan): string[] {
  if (preparation === undefined) return [];
  try {
    assertPreparation(preparation);
  } catch (error) {
    return [`preparation: ${(error as Error).message}`];
  }
  return plainNeuronProblems('preparation', plan);
}

/** What is derived for one positive spike of θ at a time, on potentials that are not rounded to 16 bits. */
function plainNeuronProblems(option: string, plan: SpikingPlan): string[] {
  const problems = plan.layers
    .filter(({ neuron }) => neuron && (neuron.emission !== undefined || neuron.reset !== 'subtraction'))
    .map(({ name }) => `${option} needs plain neurons reset by subtraction, got others in ${name}.`);
  if (plan.precision === 'int16') problems.push(`${option} needs precision float32, got int16.`);
  return problems;
}

function carryingProblems(
  { sequences, carriedPotential, preparation }: RunOptions,
  plan: SpikingPlan,
  images: number,
): string[] {
  const problems: string[] = [];
  if (sequences !== undefined) {
    const wrong = integerProblem('sequences', sequences, 1, Math.max(1, images));
    problems.push(...wrong);
    if (wrong.length === 0 && images % sequences !== 0) {
      problems.push(`sequences must divide the number of images, ${images}, got ${sequences}.`);
    }
  }
  if (carriedPotential === undefined) return problems;
  try {
    assertCarriedPotential(carriedPotential);
  } catch (error) {
    problems.push(`carriedPotential: ${(error as Error).message}`);
  }
  if (sequences === undefined) {
    problems.push('carriedPotential needs sequences, got undefined: without them no image follows another.');
  }
  if (preparation !== undefined) {
    problems.push(
      'carriedPotential must not be given together with preparation: each decides where a neuron starts.',
    );
  }
  return [...problems, ...plainNeuronProblems('carriedPotential', plan)];
}

function sizeProblem(potential: InitialPotential, layer: SpikingPlan['layers'][number]): string[] {
  if (potential.kind !== 'fractions') return [];
  const { length } = potential.fractions;
  const [channels, neurons] = [layer.shape[2], neuronsOf(layer)];
  if (length === 1 || length === channels || length === neurons) return [];
  return [
    `initialPotential of ${layer.name}: fractions must have one value for each of ${channels} channels or ${neurons} neurons, got ${length}.`,
  ];
}

function recordProblems(record: RecordRequest, plan: SpikingPlan, timeSteps: number): string[] {
  const names = plan.layers.map(({ name }) => name);
  const steps = (record.spikeCountsAt ?? []).flatMap((step) =>
    integerProblem('record.spikeCountsAt', step, 1, timeSteps),
  );
  const traces = (record.membrane ?? []).flatMap(({ layer, neurons }) => {
    const found = plan.layers.find(({ name }) => name === layer);
    if (found === undefined) {
      return [`record.membrane.layer must be one of ${names.join(', ')}, got ${JSON.stringify(layer)}.`];
    }
    const last = neuronsOf(found) - 1;
    return neurons.flatMap((neuron) =>
      integerProblem(`record.membrane.neurons of ${layer}`, neuron, 0, last),
    );
  });
  return [...steps, ...traces];
}

/** Predictions, and what is recorded, stay in memory for all images: they must fit. */
function memoryProblems(plan: SpikingPlan, size: RunSize, memoryBytes: number): string[] {
  const needed = bytesOfResults(plan, size);
  if (needed <= memoryBytes) return [];
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return [
    `predictions and record must fit into the memory of ${mebibytes(memoryBytes)}, needs ${mebibytes(needed)} for ` +
      `${size.images} images. Run or record fewer images, steps or neurons, or give more memoryBytes.`,
  ];
}
