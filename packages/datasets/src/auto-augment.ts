import type { CounterRandom } from '@opi-snn/theory';
import { CIFAR10_POLICY, isSigned, operationMagnitude, type OperationName } from './auto-augment-policy.js';
import { brightness, color, contrast, sharpness } from './blend-operations.js';
import { rotate, shearX, shearY, translate, type WorkingImage } from './geometric-operations.js';
import { autoContrast, equalize, invert, posterize, solarize } from './tone-operations.js';

/**
 * Applies one of the 25 sub-policies of AutoAugment for CIFAR-10, drawn at random, to an image.
 *
 * Takes five draws whatever happens: the sub-policy, then for each of its two steps whether it is taken and the sign
 * of its magnitude. Operations as in the code that trained the published networks: shear with cubic interpolation,
 * translation and rotation by the nearest pixel, grey 128 from outside, rotation only counter-clockwise.
 *
 * @param image  overwritten
 * @param random advanced by five draws
 * @see Cubuk et al. (CVPR 2019); Bu et al. (ICLR 2022), code of the data loader
 */
export function autoAugment(image: WorkingImage, random: CounterRandom): void {
  const steps = CIFAR10_POLICY[random.nextBelow(CIFAR10_POLICY.length)]!;
  for (const { operation, probability, level } of steps) {
    const taken = random.nextUniform() < probability;
    const sign = random.nextBelow(2) === 1 ? 1 : -1;
    if (!taken) continue;
    applyOperation(image, operation, operationMagnitude(operation, level) * (isSigned(operation) ? sign : 1));
  }
}

/**
 * Applies one operation; the same bytes as Pillow.
 *
 * @param image     overwritten
 * @param magnitude with its sign, in the operation's unit; see {@link operationMagnitude}
 */
export function applyOperation(image: WorkingImage, operation: OperationName, magnitude: number): void {
  OPERATIONS[operation](image, magnitude);
}

const OPERATIONS: Readonly<Record<OperationName, (image: WorkingImage, magnitude: number) => void>> = {
  shearX,
  shearY,
  translateX: (image, share) => {
    translate(image, share * image.width, 0);
  },
  translateY: (image, share) => {
    translate(image, 0, share * image.height);
  },
  rotate,
  color: (image, distance) => {
    color(image, 1 + distance);
  },
  contrast: (image, distance) => {
    contrast(image, 1 + distance);
  },
  brightness: (image, distance) => {
    brightness(image, 1 + distance);
  },
  sharpness: (image, distance) => {
    sharpness(image, 1 + distance);
  },
  posterize,
  solarize,
  autoContrast,
  equalize,
  invert,
};
