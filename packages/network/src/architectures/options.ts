/**
 * The activation of every layer but the last. `clip` (trainable bound) is what the paper trains; `qcfs` is the
 * quantising activation of Bu et al. (ICLR 2022), with `levels` L ≥ 1; `rate-norm`
 * divides by a running maximum (Ding et al., 2021); `relu` is a plain network, whose
 * thresholds are found after training. The value that bounds start from is given to {@link initializeTensors}.
 */
export type ActivationChoice =
  | { readonly op: 'relu' }
  | { readonly op: 'clip' }
  | { readonly op: 'rate-norm' }
  | { readonly op: 'qcfs'; readonly levels: number };

/** What every architecture can be asked for. */
export interface ArchitectureOptions {
  /** Number of logits, integer ≥ 1. */
  readonly classes: number;
  /** Default `{ op: 'clip' }`. */
  readonly activation?: ActivationChoice;
  /** `[height, width, channels]` of an image; default `[32, 32, 3]`. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Factor on every layer's number of channels, > 0; default 1. Rounded to the nearest integer, at least 1. */
  readonly width?: number;
  /** How each block of a VGG is pooled; default what the architecture has. ResNets have no such pools and refuse it. */
  readonly pool?: 'average' | 'max';
}

/** {@link ArchitectureOptions} checked, with its defaults. */
export interface ResolvedOptions extends Required<Omit<ArchitectureOptions, 'pool'>> {
  /** The number of channels or units that a layer of the published network has, times the width. */
  readonly scaled: (published: number) => number;
}

/**
 * Checks the options that all builders share and fills in the defaults.
 *
 * @throws RangeError naming the builder and the option
 * @internal
 */
export function resolveOptions(builder: string, options: ArchitectureOptions): ResolvedOptions {
  const { classes, activation = { op: 'clip' }, inputShape = [32, 32, 3], width = 1 } = options;
  requirePositiveInteger(builder, 'classes', classes);
  for (const extent of inputShape) requirePositiveInteger(builder, 'inputShape', extent);
  if (activation.op === 'qcfs') requirePositiveInteger(builder, 'activation.levels', activation.levels);
  if (!(width > 0 && Number.isFinite(width))) {
    throw new RangeError(`${builder}: width must be a finite number > 0, got ${width}.`);
  }
  const scaled = (published: number): number => Math.max(1, Math.round(published * width));
  return { classes, activation, inputShape, width, scaled };
}

/** @internal */
export function requirePositiveInteger(builder: string, argument: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw new RangeError(`${builder}: ${argument} must be a positive integer, got ${value}.`);
  }
}
