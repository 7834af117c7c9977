import { NORMALIZATIONS } from '@opi-snn/datasets';
import { describe, expect, test } from 'vitest';
import { paperRecipe, shortRecipe } from '../src/index.js';
import { validateRecipe, type Recipe } from '../src/recipe.js';

describe('paperRecipe', () => {
  test('is the published one: CIFAR-100 has a smaller learning rate and Cutout than CIFAR-10', () => {
    const augmentation = { crop: 4, flip: true, autoAugment: 'cifar-10' };
    const common = { epochs: 300, batchSize: 128, weightDecay: 5e-4, boundDecay: 5e-4 };
    expect(paperRecipe('cifar-10', 42)).toMatchObject({
      ...common,
      augmentation: { ...augmentation, cutout: 16 },
      learningRate: 0.1,
      normalization: NORMALIZATIONS['cifar-10'],
      seed: 42,
    });
    expect(paperRecipe('cifar-100', 1)).toMatchObject({
      ...common,
      augmentation: { ...augmentation, cutout: 8 },
      learningRate: 0.02,
      normalization: NORMALIZATIONS['cifar-100'],
      seed: 1,
    });
  });
});

describe('shortRecipe', () => {
  test('crops and flips only, with the given normalisation', () => {
    const { augmentation, normalization } = shortRecipe(NORMALIZATIONS.mnist, 3);
    expect(augmentation).toEqual({ crop: 4, flip: true });
    expect(normalization).toBe(NORMALIZATIONS.mnist);
  });
});

describe('validateRecipe', () => {
  test('lists every problem at once', () => {
    const recipe = {
      ...paperRecipe('cifar-10', -1),
      epochs: 0,
      batchSize: 300,
      learningRate: Number.NaN,
      momentum: 1,
      weightDecay: -1,
      boundDecay: Number.POSITIVE_INFINITY,
      labelSmoothing: 1,
      schedule: { kind: 'cosine', per: 'step', warmUpEpochs: -1 },
      augmentation: { crop: 1.5, cutout: -1, autoAugment: 'imagenet' },
    } as unknown as Recipe;
    expect(() => {
      validateRecipe(recipe, 256);
    }).toThrow(
      'trainNetwork: recipe: epochs must be an integer ≥ 1, got 0. ' +
        'batchSize must be an integer in [1, 256] (the images), got 300. learningRate must be > 0, got NaN. ' +
        'momentum must be in [0, 1), got 1. weightDecay must be ≥ 0, got -1. boundDecay must be ≥ 0, got Infinity. ' +
        'labelSmoothing must be in [0, 1), got 1. warmUpEpochs must be ≥ 0, got -1. ' +
        'crop must be an integer ≥ 0, got 1.5. cutout must be an integer ≥ 0, got -1. ' +
        'autoAugment must be \'cifar-10\' or absent, got "imagenet". seed must be an integer in [0, 2^53), got -1.',
    );
  });

  test('accepts the recipes of every data set', () => {
    for (const name of ['cifar-10', 'cifar-100', 'mnist', 'fashion-mnist', 'shapes-10'] as const) {
      expect(() => {
        validateRecipe(paperRecipe(name, 1), 10_000);
      }).not.toThrow();
    }
  });
});
