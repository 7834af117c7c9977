import { expect, test } from 'vitest';
import { keptTogether } from '../src/kept-together.js';

test('keptTogether breaks no line inside a T, an n, a p or an exponent, and leaves all else', () => {
  expect(keptTogether('At T = 16, n = 250: p = 3e-8, p < 0.01')).toBe(
    'At T\u00a0=\u00a016, n\u00a0=\u00a0250: p\u00a0=\u00a03e−8, p\u00a0<\u00a00.01',
  );
  expect(keptTogether('STOP = 8, T = all, cifar-10, re-8')).toBe('STOP = 8, T = all, cifar-10, re-8');
});
