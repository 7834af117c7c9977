import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CounterRandom } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyOperation,
  autoAugment,
  CIFAR10_POLICY,
  isSigned,
  operationMagnitude,
  type OperationName,
  type WorkingImage,
} from '../src/index.js';

interface GoldenCase {
  operation: OperationName;
  level: number;
  sign: 1 | -1;
  magnitude: number;
  small: string;
  sha256: Record<string, string>;
}

// Made by generate_auto_augment.py with Pillow 13.0.0; the policy is read from torchvision 0.29.1.
const golden = JSON.parse(readFileSync(`${import.meta.dirname}/fixtures/auto-augment.json`, 'utf8')) as {
  inputs: Record<string, { width: number; height: number; rgb: string }>;
  policy: [operation: OperationName, probability: number, level: number | null][][];
  cases: GoldenCase[];
};

function input(name: string): WorkingImage {
  const { width, height, rgb } = golden.inputs[name]!;
  const pixels = Uint8Array.from(Buffer.from(rgb, 'base64'));
  return { width, height, pixels, scratch: new Uint8Array(pixels.length) };
}

function result(name: string, { operation, level, sign }: GoldenCase): Uint8Array {
  const image = input(name);
  applyOperation(image, operation, operationMagnitude(operation, level) * sign);
  return image.pixels;
}

const OPERATIONS = [...new Set(golden.cases.map(({ operation }) => operation))];

describe.each(OPERATIONS)('%s', (operation) => {
  const cases = golden.cases.filter((item) => item.operation === operation);

  test('has the magnitudes of the published code at every level', () => {
    for (const { level, magnitude } of cases) expect(operationMagnitude(operation, level)).toBe(magnitude);
    expect(isSigned(operation)).toBe(cases.some(({ sign }) => sign === -1));
  });

  test("gives Pillow's bytes on an image that is not square, at every level and sign", () => {
    for (const item of cases) {
      const expected = [...Buffer.from(item.small, 'base64')];
      expect([...result('small', item)], `level ${item.level}, sign ${item.sign}`).toEqual(expected);
    }
  });

  test.each(['waves', 'narrow'])("gives Pillow's bytes on the 32x32 image '%s'", (name) => {
    for (const item of cases) {
      const hash = createHash('sha256').update(result(name, item)).digest('hex');
      expect(hash, `level ${item.level}, sign ${item.sign}`).toBe(item.sha256[name]);
    }
  });
});

describe('CIFAR10_POLICY', () => {
  test('is the table that torchvision has', () => {
    // torchvision states no level where the operation has no magnitude.
    const ours = CIFAR10_POLICY.map((pair) =>
      pair.map(({ operation, probability, level }) => {
        const hasMagnitude = operationMagnitude(operation, 0) !== operationMagnitude(operation, 9);
        return [operation, probability, hasMagnitude ? level : null];
      }),
    );
    expect(ours).toEqual(golden.policy);
  });
});

describe('autoAugment', () => {
  test('takes five draws: the sub-policy, then whether and with which sign for each of its steps', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const image = input('waves');
        const random = new CounterRandom(seed);
        autoAugment(image, random);
        expect(random.position).toBe(5);
        const replay = new CounterRandom(seed);
        const expected = input('waves');
        for (const { operation, probability, level } of CIFAR10_POLICY[replay.nextBelow(25)]!) {
          const draw = replay.nextUniform();
          const sign = isSigned(operation) && replay.nextUint32() % 2 === 0 ? -1 : 1;
          if (!isSigned(operation)) replay.nextUint32();
          if (draw < probability)
            applyOperation(expected, operation, sign * operationMagnitude(operation, level));
        }
        expect(Buffer.compare(image.pixels, expected.pixels)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
