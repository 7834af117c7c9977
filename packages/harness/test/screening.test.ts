import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  imagePart,
  isAboveChance,
  isOffTheFloor,
  isScreeningImage,
  screenAccuracy,
  wilsonInterval,
  type ScreenedAccuracy,
} from '../src/index.js';
import { makeRun } from './runs.js';

/** Those below 20, from Philox4x32-10 with counter (image, 0, 0, 0) and key "screenin" in ASCII. */
const FIRST_SCREENING_IMAGES = [1, 5, 12, 14];

const screened = (accuracy: number, images = 2000, chance = 0.1): ScreenedAccuracy => ({
  accuracy,
  images,
  chance,
  interval: wilsonInterval(Math.round(accuracy * images), images),
});

describe('isScreeningImage', () => {
  test('draws one image in five, by its number alone', () => {
    const first = Array.from({ length: 20 }, (_, i) => i).filter(isScreeningImage);
    expect(first).toEqual(FIRST_SCREENING_IMAGES);
    const drawn = Array.from({ length: 100_000 }, (_, i) => isScreeningImage(i)).filter(Boolean).length;
    // 20,000 ± 6 standard deviations of 126: fixed numbers, no false alarm.
    expect(Math.abs(drawn - 20_000)).toBeLessThan(6 * 126.5);
  });

  test('takes all classes alike from a set stored in turns or blocks of classes', () => {
    for (const classOf of [(i: number): number => i % 10, (i: number): number => Math.floor(i / 1000)]) {
      const counts = new Array<number>(10).fill(0);
      for (let i = 0; i < 10_000; i += 1) if (isScreeningImage(i)) counts[classOf(i)]! += 1;
      for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(6 * 12.7);
    }
  });
});

describe('imagePart', () => {
  test('splits every list in two, wherever its range begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 300 }), (from, length) => {
        const numbers = Array.from({ length }, (_, i) => from + i);
        const [screening, judging] = [
          imagePart(numbers, from, 'screening'),
          imagePart(numbers, from, 'judging'),
        ];
        expect([...screening, ...judging].sort((a, b) => a - b)).toEqual(numbers);
        expect(screening.every(isScreeningImage)).toBe(true);
        expect(judging.some(isScreeningImage)).toBe(false);
      }),
    );
  });
});

describe('screenAccuracy', () => {
  test('sees the screening images and no other', () => {
    const labels = Array.from({ length: 500 }, (_, i) => i % 4);
    const onlyScreeningRight = labels.map((label, i) => [isScreeningImage(i) ? label : label + 1]);
    const onlyOthersRight = labels.map((label, i) => [isScreeningImage(i) ? label + 1 : label]);
    expect(screenAccuracy([makeRun({ predictions: onlyScreeningRight })], labels, 1)?.accuracy).toBe(1);
    expect(screenAccuracy([makeRun({ predictions: onlyOthersRight })], labels, 1)?.accuracy).toBe(0);
  });

  test('takes for chance what the best constant answer reaches', () => {
    const labels = Array.from({ length: 1000 }, (_, i) => (i % 4 === 0 ? 7 : i % 2));
    const seen = imagePart(labels, 0, 'screening');
    const most = Math.max(...[0, 1, 7].map((label) => seen.filter((value) => value === label).length));
    const run = makeRun({ predictions: labels.map(() => [1]) });
    const found = screenAccuracy([run], labels, 1)!;
    expect(found.chance).toBe(most / seen.length);
    expect(found.images).toBe(seen.length);
  });

  test('is null when no image screens', () => {
    expect(isScreeningImage(FIRST_SCREENING_IMAGES[0]! + 1)).toBe(false);
    const from = FIRST_SCREENING_IMAGES[0]! + 1;
    const labels = new Array<number>(from + 1).fill(0);
    expect(screenAccuracy([makeRun({ from, predictions: [[0]] })], labels, 1)).toBeNull();
  });
});

describe('isAboveChance', () => {
  test('asks for significance, not for a better number', () => {
    expect(isAboveChance(screened(0.12, 200))).toBe(false);
    expect(isAboveChance(screened(0.12, 20_000))).toBe(true);
    expect(isAboveChance(screened(0.08, 20_000))).toBe(false);
  });

  test('is false without a screening image', () => {
    expect(isAboveChance(null)).toBe(false);
  });
});

describe('isOffTheFloor', () => {
  test('asks for a tenth of what the ANN has above chance', () => {
    const ann = screened(0.9);
    // The floor is at 0.1 + 0.1 · 0.8 = 0.18; 95 % of 20,000 images are ± 0.005.
    expect(isOffTheFloor(screened(0.17, 20_000), ann)).toBe(false);
    expect(isOffTheFloor(screened(0.182, 20_000), ann)).toBe(false);
    expect(isOffTheFloor(screened(0.19, 20_000), ann)).toBe(true);
  });

  test('lies at chance when the ANN itself knows nothing', () => {
    expect(isOffTheFloor(screened(0.15), screened(0.05))).toBe(true);
    expect(isOffTheFloor(screened(0.1), screened(0.05))).toBe(false);
  });

  test('is false without a screening image', () => {
    expect(isOffTheFloor(null, screened(0.9))).toBe(false);
    expect(isOffTheFloor(screened(0.9), null)).toBe(false);
  });
});
