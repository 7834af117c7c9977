import { describe, expect, test } from 'vitest';
import { accuracyAt, correctAt } from '../src/index.js';

describe('correctAt and accuracyAt', () => {
  const predictions = { indices: [4, 0], timeSteps: 3, predictions: Uint16Array.of(3, 3, 0, 5, 2, 5) };
  const labels = [5, 9, 9, 9, 3];

  test('compare each image’s predictions with its own label, step by step', () => {
    expect([...correctAt(predictions, labels)]).toEqual([2, 1, 1]);
    expect([...accuracyAt(predictions, labels)]).toEqual([1, 0.5, 0.5]);
  });

  test('refuse arrays that do not fit together', () => {
    expect(() => accuracyAt(predictions, [5, 9])).toThrow(
      new RangeError('correctAt: labels must hold image 4, got 2 labels.'),
    );
    expect(() => correctAt({ ...predictions, timeSteps: 2 }, labels)).toThrow(
      new RangeError('correctAt: predictions must hold 2 · 2 values, got 6.'),
    );
  });
});
