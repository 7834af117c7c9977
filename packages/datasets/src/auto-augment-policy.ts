/** An operation of the AutoAugment search space, as far as the CIFAR-10 policy uses it. */
export type OperationName =
  | 'shearX'
  | 'shearY'
  | 'translateX'
  | 'translateY'
  | 'rotate'
  | 'color'
  | 'contrast'
  | 'brightness'
  | 'sharpness'
  | 'posterize'
  | 'solarize'
  | 'autoContrast'
  | 'equalize'
  | 'invert';

/** One of the two steps of a sub-policy. */
export interface PolicyStep {
  readonly operation: OperationName;
  /** Probability that the step is taken, in [0, 1]. */
  readonly probability: number;
  /** Strength, integer in [0, 9]; see {@link operationMagnitude}. Without meaning for operations without magnitude. */
  readonly level: number;
}

/** Two steps, taken one after the other. */
export type SubPolicy = readonly [PolicyStep, PolicyStep];

/**
 * The policy found on CIFAR-10: for each image one of 25 sub-policies, all equally likely.
 *
 * @see Cubuk et al., "AutoAugment: Learning Augmentation Strategies from Data", CVPR 2019, table 7
 */
export const CIFAR10_POLICY: readonly SubPolicy[] = [
  pair('invert', 0.1, 7, 'contrast', 0.2, 6),
  pair('rotate', 0.7, 2, 'translateX', 0.3, 9),
  pair('sharpness', 0.8, 1, 'sharpness', 0.9, 3),
  pair('shearY', 0.5, 8, 'translateY', 0.7, 9),
  pair('autoContrast', 0.5, 8, 'equalize', 0.9, 2),
  pair('shearY', 0.2, 7, 'posterize', 0.3, 7),
  pair('color', 0.4, 3, 'brightness', 0.6, 7),
  pair('sharpness', 0.3, 9, 'brightness', 0.7, 9),
  pair('equalize', 0.6, 5, 'equalize', 0.5, 1),
  pair('contrast', 0.6, 7, 'sharpness', 0.6, 5),
  pair('color', 0.7, 7, 'translateX', 0.5, 8),
  pair('equalize', 0.3, 7, 'autoContrast', 0.4, 8),
  pair('translateY', 0.4, 3, 'sharpness', 0.2, 6),
  pair('brightness', 0.9, 6, 'color', 0.2, 8),
  pair('solarize', 0.5, 2, 'invert', 0, 3),
  pair('equalize', 0.2, 0, 'autoContrast', 0.6, 0),
  pair('equalize', 0.2, 8, 'equalize', 0.6, 4),
  pair('color', 0.9, 9, 'equalize', 0.6, 6),
  pair('autoContrast', 0.8, 4, 'solarize', 0.2, 8),
  pair('brightness', 0.1, 3, 'color', 0.7, 0),
  pair('solarize', 0.4, 5, 'autoContrast', 0.9, 3),
  pair('translateY', 0.9, 9, 'translateY', 0.7, 9),
  pair('autoContrast', 0.9, 2, 'solarize', 0.8, 3),
  pair('equalize', 0.8, 8, 'invert', 0.1, 3),
  pair('translateY', 0.7, 9, 'autoContrast', 0.9, 1),
];

/** Magnitudes at levels 0 and 9; those between lie on a line. The first group also takes a random sign. */
const SIGNED_RANGES: Partial<Record<OperationName, readonly [number, number]>> = {
  shearX: [0, 0.3],
  shearY: [0, 0.3],
  // The search ran on images of 331 pixels with shifts of up to 150.
  translateX: [0, 150 / 331],
  translateY: [0, 150 / 331],
  color: [0, 0.9],
  contrast: [0, 0.9],
  brightness: [0, 0.9],
  sharpness: [0, 0.9],
};
const UNSIGNED_RANGES: Partial<Record<OperationName, readonly [number, number]>> = {
  rotate: [0, 30],
  posterize: [8, 4],
  solarize: [256, 0],
};
const HIGHEST_LEVEL = 9;

/**
 * Magnitude of an operation at a level, in the unit of the operation:
 *
 *   shear: slope, 0…0.3;   translate: share of width or height, 0…150/331;   rotate: degrees counter-clockwise, 0…30
 *   color, contrast, brightness, sharpness: distance of the factor from 1, 0…0.9
 *   posterize: bits kept, 8…4 (rounded);   solarize: lowest inverted value, 256…0;   others: 0
 *
 * @param level integer in [0, 9]
 */
export function operationMagnitude(operation: OperationName, level: number): number {
  const [from, to] = SIGNED_RANGES[operation] ?? UNSIGNED_RANGES[operation] ?? [0, 0];
  // The end points exactly, and between them the same rounding as numpy.linspace.
  const magnitude = level === HIGHEST_LEVEL ? to : level * ((to - from) / HIGHEST_LEVEL) + from;
  return operation === 'posterize' ? Math.round(magnitude) : magnitude;
}

/** Whether the magnitude gets a random sign. Rotation does not in the code that trained the published networks. */
export function isSigned(operation: OperationName): boolean {
  return SIGNED_RANGES[operation] !== undefined;
}

function pair(
  first: OperationName,
  firstProbability: number,
  firstLevel: number,
  second: OperationName,
  secondProbability: number,
  secondLevel: number,
): SubPolicy {
  return [
    { operation: first, probability: firstProbability, level: firstLevel },
    { operation: second, probability: secondProbability, level: secondLevel },
  ];
}
