/** Where, with what and how long: kept with every result, never part of a hash. */
export interface RunEnvironment {
  /** Such as `v20.20.2`. */
  readonly node: string;
  readonly v8: string;
  /** Such as `linux x64`. */
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Kernel variant that ran, such as `wasm-simd`. */
  readonly backend: string;
  readonly threads: number;
  /** Memory budget of the simulator, from which batches and pieces of T are chosen [bytes]; absent in older results. */
  readonly memoryBytes?: number | undefined;
  /** Package versions by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the checkout and whether files were changed; null outside a checkout. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Wall-clock seconds, including what came from the store. */
  readonly seconds: number;
  /** Processor seconds of all threads, whatever else the machine did; absent in older results. */
  readonly processorSeconds?: number | undefined;
  /** The command that gives this result again. */
  readonly command: string;
  /** Jobs by where their result came from. */
  readonly jobs: { readonly stored: number; readonly executed: number };
}
