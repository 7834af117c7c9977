import { describe, expect, test } from 'vitest';
import { nearest } from '../src/nearest.js';

describe('nearest', () => {
  test('suggests the candidate with the fewest edits', () => {
    expect(nearest('cifar10', ['cifar-10', 'cifar-100', 'mnist'])).toBe(' (did you mean "cifar-10"?)');
  });

  test('ignores case', () => {
    expect(nearest('MNIST', ['mnist'])).toBe(' (did you mean "mnist"?)');
  });

  test('suggests nothing when every candidate is far', () => {
    expect(nearest('imagenet', ['cifar-10', 'mnist'])).toBe('');
  });
});
