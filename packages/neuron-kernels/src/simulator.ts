/** Which kernels a simulator runs; it stands in every result. */
export type Backend = 'reference' | 'event-driven' | 'wasm-simd' | NativeBackend;

/** Native kernels of one instruction set, from the optional package `@opi-snn/neuron-kernels-native`. */
export type NativeBackend = 'native-avx512' | 'native-avx2' | 'native-sse42' | 'native-neon';

/** How {@link createSimulator} chooses its kernels. */
export interface SimulatorOptions {
  /**
   * `'auto'` (default): native kernels where `@opi-snn/neuron-kernels-native` is installed with a binary for this
   * platform, else WebAssembly where the engine has SIMD, else the reference; the choice is visible in
   * {@link Simulator.backend}. A plan with signed spikes, groups, θ per neuron or maximum pooling takes
   * `'event-driven'`: the fast kernels have none of these. `'wasm'`, `'native'` (the processor's fastest) and the name of a native backend insist and
   * reject where they cannot be had.
   */
  readonly backend?: 'auto' | 'reference' | 'event-driven' | 'wasm' | 'native' | NativeBackend;
  /**
   * Threads, integer ≥ 1; 1 computes in the calling thread. Default: the machine's cores, at most 8. The reference, and
   * an engine without shared memory or workers, use 1. The results do not depend on it.
   */
  readonly threads?: number;
  /**
   * Memory that potentials, spikes and results of the images under way may take, all threads together [bytes], default
   * 1 GiB; the weights come on top. Fewer bytes mean shorter pieces of T and fewer images under way, never other results.
   */
  readonly memoryBytes?: number;
}

/** Potentials v[0] of one layer: one value per channel, or one per neuron and image. */
export type LayerPotential =
  | { readonly kind: 'per-channel'; /** [channels] */ readonly values: Float32Array }
  | { readonly kind: 'per-neuron'; /** [batch, height · width · channels] */ readonly values: Float32Array };

/** Potentials to trace: `neurons` of `layer`, each an index into height · width · channels. */
export interface MembraneRecord {
  readonly layer: number;
  readonly neurons: readonly number[];
}

/** What a run returns beyond predictions and counts. */
export interface RecordOptions {
  /** Return the logits of every step. */
  readonly logits?: boolean;
  /** Return every neuron's cumulated spike count after these steps, each an integer in [1, timeSteps]. */
  readonly spikeCountsAt?: readonly number[];
  /** Return potentials after every step. */
  readonly membrane?: readonly MembraneRecord[];
  /** Return how long the kernels worked on each layer; the reference, which is not made to be fast, does not. */
  readonly layerTimes?: boolean;
  /** Return what was held in memory at once; the reference, which computes image by image, does not. */
  readonly memory?: boolean;
}

/** What a run held in memory at once, all threads together. */
export interface MemoryUse {
  /** Weights as laid out, biases, thresholds; independent of the run [bytes]. */
  readonly weightBytes: number;
  /** Potentials, spikes, images under way with their results; at most `memoryBytes` [bytes]. */
  readonly workingBytes: number;
  /** Steps of T for which there was room; a longer run is cut into pieces. */
  readonly stepsAtOnce: number;
  /** Images computed side by side. */
  readonly imagesAtOnce: number;
}

/** One batch of images to simulate. */
export interface SimulationRequest {
  /** Analog images, [batch, height, width, channels], finite; a constant current at every step. Read only. */
  readonly images: Float32Array;
  /** Number of images, integer ≥ 1. */
  readonly batch: number;
  /** T, number of time-steps, integer in [1, 65535]. */
  readonly timeSteps: number;
  /** v[0] of every spiking layer, in the order of the plan; the read-out starts at 0. */
  readonly initialPotentials: readonly LayerPotential[];
  readonly record?: RecordOptions;
}

/** One batch of images to simulate from several initial potentials. */
export interface SweepRequest extends Omit<SimulationRequest, 'initialPotentials'> {
  /** v[0] as in {@link SimulationRequest}, once for every member of the sweep; at least one. */
  readonly initialPotentials: readonly (readonly LayerPotential[])[];
}

/**
 * What a batch did. `layers` below counts all layers of the plan, the read-out included (it never spikes); all arrays
 * are row-major, `t` = 0 is the first step.
 */
export interface SimulationOutput {
  /** `[batch, timeSteps]`: arg-max of the read-out's accumulated potential; the first index wins a tie. */
  readonly predictions: Uint16Array;
  /** `[batch, layers, timeSteps]`: spikes emitted, negative ones too; a group emits several at once. */
  readonly spikes: Float64Array;
  /**
   * `[batch, layers, timeSteps]`: additions that spikes caused in the layer that receives them. A spike costs, for each
   * tap of each output position it reaches inside the image, one addition per output channel; averaging before the
   * synapse costs nothing of its own; an identity synapse costs one addition. Several spikes of a group count each. Exact integers. Analog input is not counted.
   */
  readonly synapticOperations: Float64Array;
  /** `[batch, layers]`: sum of the first-spike times (1-based) of the neurons that fired within T. */
  readonly firstSpikeTimeSum: Float64Array;
  /** `[batch, layers]`: neurons that fired within T. */
  readonly firedNeurons: Float64Array;
  /** [batch, timeSteps, classes], present if asked for. */
  readonly logits?: Float32Array;
  /** `[i][layer]` = [batch, height · width · channels]: spikes up to and including step `spikeCountsAt[i]`, negative ones subtracted; read-out: zeros. */
  readonly spikeCounts?: readonly (readonly Uint16Array[])[];
  /** `[i]` = [batch, timeSteps, neurons]: potentials after each step (after reset) of `record.membrane[i]`. */
  readonly membrane?: readonly Float32Array[];
  /**
   * [layers, 3], ms summed over threads, if asked for: currents and neurons of the layer; lists of its spikes for the layers
   * that read them; counts of its spikes for the results. Of a sweep, an equal share. Of all outputs only this one differs from run to run.
   */
  readonly layerTimes?: Float64Array;
  /** If asked for; depends on `memoryBytes` and threads. */
  readonly memory?: MemoryUse;
}

/** A plan made ready to run: weights laid out once, threads started once. */
export interface Simulator {
  readonly backend: Backend;
  readonly threads: number;
  /**
   * Simulates a batch. The bits of the output depend on plan and request alone: not on backend, threads, batch size or
   * `memoryBytes`. Calls made while one is under way wait for their turn.
   *
   * @throws RangeError or TypeError (rejection) naming everything wrong with the request
   * @throws Error (rejection) if the simulator was closed or a worker died
   */
  run(request: SimulationRequest): Promise<SimulationOutput>;
  /**
   * Simulates a batch once for every set of initial potentials; returns what {@link run} would, in their order. The
   * members of the sweep run side by side: they share the constant current of each image, and the weights in the cache.
   *
   * @throws as {@link run}; a message says which member it is about
   */
  runSweep(request: SweepRequest): Promise<SimulationOutput[]>;
  /** Ends the threads and releases the memory. A run under way is rejected. Closing twice is allowed. */
  close(): Promise<void>;
}
