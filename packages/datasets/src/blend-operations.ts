import type { WorkingImage } from './geometric-operations.js';
import { applyLookup } from './tone-operations.js';

/**
 * Saturation: factor 0 gives grey, 1 the image, more than 1 stronger colours.
 *
 * Like all four operations here the same bytes as Pillow's `ImageEnhance`: out = degenerate + factor · (in −
 * degenerate) in float32, cut off to whole numbers in 0…255. Here the degenerate image is {@link luma}.
 *
 * @param image  overwritten
 * @param factor ≥ 0
 */
export function color({ pixels }: WorkingImage, factor: number): void {
  const alpha = Math.fround(factor);
  if (alpha === 1) return;
  for (let i = 0; i < pixels.length; i += 3) {
    const grey = luma(pixels, i);
    pixels[i] = blend(grey, pixels[i]!, alpha);
    pixels[i + 1] = blend(grey, pixels[i + 1]!, alpha);
    pixels[i + 2] = blend(grey, pixels[i + 2]!, alpha);
  }
}

const table = new Uint8Array(256);

/** Contrast: the degenerate image is the rounded mean {@link luma} everywhere. Otherwise as {@link color}. */
export function contrast(image: WorkingImage, factor: number): void {
  const { pixels } = image;
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 3) sum += luma(pixels, i);
  blendWithValue(image, Math.floor(sum / (pixels.length / 3) + 0.5), factor);
}

/** Brightness: the degenerate image is black. Otherwise as {@link color}. */
export function brightness(image: WorkingImage, factor: number): void {
  blendWithValue(image, 0, factor);
}

function blendWithValue({ pixels }: WorkingImage, degenerate: number, factor: number): void {
  const alpha = Math.fround(factor);
  if (alpha === 1) return;
  for (let value = 0; value < 256; value += 1) table[value] = blend(degenerate, value, alpha);
  applyLookup(pixels, table);
}

/**
 * Sharpness: the degenerate image is smoothed by (1 1 1; 1 5 1; 1 1 1)/13, rounded, but for its border.
 * Otherwise as {@link color}.
 */
export function sharpness({ height, width, pixels, scratch }: WorkingImage, factor: number): void {
  const alpha = Math.fround(factor);
  if (alpha === 1) return;
  const stride = width * 3;
  // The border's degenerate value is the pixel itself, which the blend then leaves as it is.
  scratch.set(pixels);
  for (let row = 1; row < height - 1; row += 1) {
    for (let i = row * stride + 3; i < (row + 1) * stride - 3; i += 1) {
      const above = pixels[i - stride - 3]! + pixels[i - stride]! + pixels[i - stride + 3]!;
      const beside = pixels[i - 3]! + 5 * pixels[i]! + pixels[i + 3]!;
      const below = pixels[i + stride - 3]! + pixels[i + stride]! + pixels[i + stride + 3]!;
      // Thirteenths are never halves, so whole numbers round as Pillow's floats do.
      const smooth = Math.floor((2 * (above + beside + below) + 13) / 26);
      scratch[i] = blend(smooth, pixels[i]!, alpha);
    }
  }
  pixels.set(scratch);
}

/** Pillow's grey value of a pixel: ITU-R 601 luma, in 16-bit fixed point, rounded. */
function luma(pixels: Uint8Array, i: number): number {
  return (pixels[i]! * 19595 + pixels[i + 1]! * 38470 + pixels[i + 2]! * 7471 + 0x8000) >> 16;
}

/** `alpha` is a float32 number. */
function blend(degenerate: number, value: number, alpha: number): number {
  const mixed = Math.fround(degenerate + Math.fround(alpha * (value - degenerate)));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
}
