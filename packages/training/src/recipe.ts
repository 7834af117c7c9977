import {
  NORMALIZATIONS,
  paperAugmentation,
  type Augmentation,
  type DatasetName,
  type Normalization,
} from '@opi-snn/datasets';
import type { Schedule } from './schedule.js';

/** Everything that decides what a training run computes, besides network and data. */
export interface Recipe {
  /** Integer ≥ 1. */
  readonly epochs: number;
  /** Images a step, integer ≥ 1. */
  readonly batchSize: number;
  /** Highest learning rate, > 0. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly momentum: number;
  readonly nesterov: boolean;
  /** L2 on weights, biases and batch-norm parameters. */
  readonly weightDecay: number;
  /** L2 on the activation bounds. */
  readonly boundDecay: number;
  /** Share of the target spread over all classes, in [0, 1). */
  readonly labelSmoothing: number;
  readonly augmentation: Augmentation;
  readonly normalization: Normalization;
  /** Integer in [0, 2⁵³): initial weights, order and augmentation follow from it. */
  readonly seed: number;
}

/**
 * The published recipe for a data set: 300 epochs; SGD 0.9, learning rate 0.1 (CIFAR-100: 0.02), cosine per epoch, decay 5e-4 also on the bounds, batch
 * 128; crop, flip, AutoAugment, Cutout 16 (CIFAR-10) or 8 (CIFAR-100), see `paperAugmentation`.
 *
 * @see Bu et al. (AAAI 2022), experiments; Bu et al. (ICLR 2022), appendix A.1
 */
export function paperRecipe(dataset: DatasetName, seed: number): Recipe {
  return {
    epochs: 300,
    batchSize: 128,
    learningRate: dataset === 'cifar-100' ? 0.02 : 0.1,
    schedule: { kind: 'cosine', per: 'epoch', warmUpEpochs: 0 },
    momentum: 0.9,
    nesterov: false,
    weightDecay: 5e-4,
    boundDecay: 5e-4,
    labelSmoothing: 0,
    augmentation: paperAugmentation(dataset),
    normalization: NORMALIZATIONS[dataset],
    seed,
  };
}

/**
 * A recipe for tens of epochs instead of hundreds: warm-up over one epoch, cosine per step, Nesterov momentum, crop
 * and flip without AutoAugment and Cutout, which need a long schedule to pay off.
 */
export function shortRecipe(normalization: Normalization, seed: number): Recipe {
  return {
    ...paperRecipe('cifar-10', seed),
    normalization,
    epochs: 30,
    schedule: { kind: 'cosine', per: 'step', warmUpEpochs: 1 },
    nesterov: true,
    augmentation: { crop: 4, flip: true },
  };
}

/**
 * Checks a recipe.
 *
 * @param images number of training images
 * @throws RangeError listing every problem
 * @internal
 */
export function validateRecipe(recipe: Recipe, images: number): void {
  const { schedule, augmentation } = recipe;
  const problems: string[] = [];
  const require = (name: string, value: number, holds: boolean, condition: string): void => {
    if (!holds || !Number.isFinite(value)) problems.push(`${name} must be ${condition}, got ${value}.`);
  };
  const integer = (value: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  require('epochs', recipe.epochs, integer(recipe.epochs, 1), 'an integer ≥ 1');
  const { batchSize } = recipe;
  require('batchSize', batchSize, integer(batchSize, 1, images), `an integer in [1, ${images}] (the images)`);
  require('learningRate', recipe.learningRate, recipe.learningRate > 0, '> 0');
  require('momentum', recipe.momentum, recipe.momentum >= 0 && recipe.momentum < 1, 'in [0, 1)');
  require('weightDecay', recipe.weightDecay, recipe.weightDecay >= 0, '≥ 0');
  require('boundDecay', recipe.boundDecay, recipe.boundDecay >= 0, '≥ 0');
  const { labelSmoothing } = recipe;
  require('labelSmoothing', labelSmoothing, labelSmoothing >= 0 && labelSmoothing < 1, 'in [0, 1)');
  require('warmUpEpochs', schedule.warmUpEpochs, schedule.warmUpEpochs >= 0, '≥ 0');
  require('crop', augmentation.crop ?? 0, integer(augmentation.crop ?? 0, 0), 'an integer ≥ 0');
  require('cutout', augmentation.cutout ?? 0, integer(augmentation.cutout ?? 0, 0), 'an integer ≥ 0');
  const { autoAugment } = augmentation as { autoAugment?: unknown };
  if (autoAugment !== undefined && autoAugment !== 'cifar-10')
    problems.push(`autoAugment must be 'cifar-10' or absent, got ${JSON.stringify(autoAugment)}.`);
  require('seed', recipe.seed, integer(recipe.seed, 0), 'an integer in [0, 2^53)');
  if (problems.length > 0) throw new RangeError(`trainNetwork: recipe: ${problems.join(' ')}`);
}
