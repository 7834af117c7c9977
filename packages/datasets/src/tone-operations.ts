import type { WorkingImage } from './geometric-operations.js';

const table = new Uint8Array(256);
const counts = new Uint32Array(256);

/** Inverts every value: 255 − v. */
export function invert({ pixels }: WorkingImage): void {
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = 255 - pixels[i]!;
}

/**
 * Inverts the values at or above a threshold.
 *
 * @param threshold need not be whole; 256 leaves the image as it is
 */
export function solarize({ pixels }: WorkingImage, threshold: number): void {
  for (let value = 0; value < 256; value += 1) table[value] = value < threshold ? value : 255 - value;
  applyLookup(pixels, table);
}

/**
 * Keeps the highest bits of every value.
 *
 * @param bits integer in [1, 8]
 */
export function posterize({ pixels }: WorkingImage, bits: number): void {
  const mask = 0xff & ~(2 ** (8 - bits) - 1);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = pixels[i]! & mask;
}

/** Stretches each channel linearly to 0…255, cut off to whole numbers; a channel of one value stays as it is. */
export function autoContrast({ pixels }: WorkingImage): void {
  for (let channel = 0; channel < 3; channel += 1) {
    let low = 255;
    let high = 0;
    for (let i = channel; i < pixels.length; i += 3) {
      const value = pixels[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high <= low) continue;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    for (let value = low; value <= high; value += 1)
      table[value] = Math.min(Math.max(Math.trunc(value * scale + offset), 0), 255);
    applyChannelLookup(pixels, table, channel);
  }
}

/**
 * Makes the values of each channel about equally frequent: Pillow's `ImageOps.equalize`, in whole numbers.
 *
 *   step = ⌊(pixels − count of the highest value) / 255⌋;   out(v) = ⌊(⌊step/2⌋ + Σ count(w < v)) / step⌋
 *
 * A channel of one value, or with step 0, stays as it is.
 */
export function equalize({ pixels }: WorkingImage): void {
  for (let channel = 0; channel < 3; channel += 1) {
    counts.fill(0);
    for (let i = channel; i < pixels.length; i += 3) counts[pixels[i]!]! += 1;
    let highest = 255;
    while (counts[highest] === 0) highest -= 1;
    const step = Math.floor((pixels.length / 3 - counts[highest]!) / 255);
    // Covers one value alone, too: then the highest is all there is.
    if (step === 0) continue;
    let below = Math.floor(step / 2);
    for (let value = 0; value <= highest; value += 1) {
      table[value] = Math.min(Math.floor(below / step), 255);
      below += counts[value]!;
    }
    applyChannelLookup(pixels, table, channel);
  }
}

/** pixels[i] = lookup[pixels[i]] */
export function applyLookup(pixels: Uint8Array, lookup: Uint8Array): void {
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = lookup[pixels[i]!]!;
}

function applyChannelLookup(pixels: Uint8Array, lookup: Uint8Array, channel: number): void {
  for (let i = channel; i < pixels.length; i += 3) pixels[i] = lookup[pixels[i]!]!;
}
