import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashTensors, type Tensor } from '../src/index.js';

const a: Tensor = { shape: [2], data: Float32Array.of(1, -0.5) };
const b: Tensor = { shape: [1, 1], data: Float32Array.of(3) };

describe('hashTensors', () => {
  test('is SHA-256 over the preamble and the tensors by ascending key', () => {
    const hash = createHash('sha256').update('text\na [2]\n');
    hash
      .update(Buffer.from('0000803f000000bf', 'hex'))
      .update('b [1,1]\n')
      .update(Buffer.from('00004040', 'hex'));
    const tensors = new Map([
      ['b', b],
      ['a', a],
    ]);
    expect(hashTensors('text\n', tensors)).toBe(hash.digest('hex'));
  });

  test('reads only the part of a buffer that the tensor has', () => {
    const whole = Float32Array.of(9, 1, -0.5, 9);
    const part: Tensor = { shape: [2], data: whole.subarray(1, 3) };
    expect(hashTensors('', new Map([['a', part]]))).toBe(hashTensors('', new Map([['a', a]])));
  });
});
