/** How an image becomes one of a fixed size: shorter side scaled to `resize`, then the middle `crop` × `crop` pixels. */
export interface ImageSize {
  /** Length of the shorter side after scaling [pixels]. */
  readonly resize: number;
  /** Side of the square that is cut out [pixels], ≤ resize. */
  readonly crop: number;
}

/** The evaluation of ImageNet networks since Krizhevsky et al. (2012); paper.md 4.2. */
export const IMAGENET_SIZE: ImageSize = { resize: 256, crop: 224 };

/**
 * Size after scaling the shorter side, as torchvision's `Resize(n)`: the longer side is rounded down.
 *
 *   (w, h) ↦ (n, ⌊n·h/w⌋) if w ≤ h, else (⌊n·w/h⌋, n)
 *
 * @param width  [pixels], integer ≥ 1
 * @param height [pixels], integer ≥ 1
 * @param resize n, length of the shorter side
 * @example
 * scaledSize(500, 375, 256); // [341, 256]
 */
export function scaledSize(
  width: number,
  height: number,
  resize: number,
): readonly [width: number, height: number] {
  return width <= height
    ? [resize, Math.floor((resize * height) / width)]
    : [Math.floor((resize * width) / height), resize];
}

/**
 * First row or column of the central crop, as torchvision's `CenterCrop`: (length − crop)/2, halves to the even integer.
 *
 * @param length [pixels], ≥ crop
 * @example
 * cropStart(341, 224); // 58, not 59
 */
export function cropStart(length: number, crop: number): number {
  const half = (length - crop) / 2;
  const low = Math.floor(half);
  return half - low === 0.5 && low % 2 === 1 ? low + 1 : low;
}
