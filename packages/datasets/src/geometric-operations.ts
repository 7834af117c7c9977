/** An RGB image that is worked on in place, and room for its next version. */
export interface WorkingImage {
  readonly height: number;
  readonly width: number;
  /** `[height, width, 3]` */
  readonly pixels: Uint8Array;
  /** `[height, width, 3]`, overwritten by every operation. */
  readonly scratch: Uint8Array;
}

/** What comes in from outside the image. */
const FILL = 128;

/**
 * Shifts an image by a distance that need not be whole; the nearest pixel is taken, what comes in is grey (128).
 *
 * Same bytes as Pillow's `Image.transform` with an affine matrix that only scales and shifts.
 *
 * @param image   overwritten
 * @param right   out(x, y) = in(x + right, y + down) [pixels]
 * @param down    [pixels]
 */
export function translate(image: WorkingImage, right: number, down: number): void {
  const { height, width, pixels, scratch } = image;
  scratch.fill(FILL);
  for (let row = 0, y = down + 0.5; row < height; row += 1, y += 1) {
    const fromRow = y < 0 ? -1 : Math.trunc(y);
    if (fromRow < 0 || fromRow >= height) continue;
    // The position is summed up as Pillow does, so that it is rounded at the same places.
    for (let column = 0, x = right + 0.5; column < width; column += 1, x += 1) {
      const fromColumn = x < 0 ? -1 : Math.trunc(x);
      if (fromColumn < 0 || fromColumn >= width) continue;
      copyPixel(pixels, fromRow * width + fromColumn, scratch, row * width + column);
    }
  }
  pixels.set(scratch);
}

/** One as a fixed-point number with 16 bits behind the point. */
const FIXED_ONE = 65536;

/**
 * Turns an image around its centre, counter-clockwise; the nearest pixel is taken, what comes in is grey (128).
 *
 * Same bytes as Pillow's `Image.rotate`, which steps through the source in fixed point with 16 bits behind the point
 * (so that the last digits of sine and cosine do not matter).
 *
 * @param image   overwritten
 * @param degrees in [0, 90)
 */
export function rotate(image: WorkingImage, degrees: number): void {
  if (degrees === 0) return;
  const { height, width, pixels, scratch } = image;
  const angle = -(degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const offsetX = width / 2 - (cosine * width) / 2 - (sine * height) / 2;
  const offsetY = height / 2 + (sine * width) / 2 - (cosine * height) / 2;
  const fixed = (value: number): number => Math.floor(value * FIXED_ONE + 0.5);
  const [stepCosine, stepSine] = [fixed(cosine), fixed(sine)];
  const stepMinusSine = fixed(-sine);
  let rowX = fixed(offsetX + cosine / 2 + sine / 2);
  let rowY = fixed(offsetY - sine / 2 + cosine / 2);
  scratch.fill(FILL);
  for (let row = 0; row < height; row += 1) {
    let [x, y] = [rowX, rowY];
    for (let column = 0; column < width; column += 1) {
      const fromColumn = x >> 16;
      const fromRow = y >> 16;
      if (fromColumn >= 0 && fromColumn < width && fromRow >= 0 && fromRow < height)
        copyPixel(pixels, fromRow * width + fromColumn, scratch, row * width + column);
      x += stepCosine;
      y += stepMinusSine;
    }
    rowX += stepSine;
    rowY += stepCosine;
  }
  pixels.set(scratch);
}

/**
 * Shears an image along its rows: out(x, y) = in(x + slope · y, y), cubic between the pixels, grey (128) outside.
 *
 * Same bytes as Pillow's `Image.transform` with `BICUBIC`: rows fall on rows, so the cubic across them is exact.
 */
export function shearX(image: WorkingImage, slope: number): void {
  const { height, width } = image;
  image.scratch.fill(FILL);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const position = column + 0.5 + slope * (row + 0.5);
      interpolate(image, (row * width + column) * 3, row * width * 3, 3, width, position);
    }
  }
  image.pixels.set(image.scratch);
}

/** Shears an image along its columns: out(x, y) = in(x, y + slope · x); otherwise as {@link shearX}. */
export function shearY(image: WorkingImage, slope: number): void {
  const { height, width } = image;
  image.scratch.fill(FILL);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const position = slope * (column + 0.5) + (row + 0.5);
      interpolate(image, (row * width + column) * 3, column * 3, width * 3, height, position);
    }
  }
  image.pixels.set(image.scratch);
}

/**
 * Cubic convolution with a = −1 along a line of `length` pixels that starts at `start` and goes on by `step`; pixels
 * beyond its ends repeat the last one. Nothing is written where `position` lies outside [0, length).
 */
function interpolate(
  { pixels, scratch }: WorkingImage,
  to: number,
  start: number,
  step: number,
  length: number,
  position: number,
): void {
  if (position < 0 || position >= length) return;
  const floor = Math.floor(position - 0.5);
  const d = position - 0.5 - floor;
  const last = length - 1;
  const at0 = start + Math.min(Math.max(floor - 1, 0), last) * step;
  const at1 = start + Math.min(Math.max(floor, 0), last) * step;
  const at2 = start + Math.min(floor + 1, last) * step;
  const at3 = start + Math.min(floor + 2, last) * step;
  for (let c = 0; c < 3; c += 1) {
    const v1 = pixels[at0 + c]!;
    const v2 = pixels[at1 + c]!;
    const v3 = pixels[at2 + c]!;
    const v4 = pixels[at3 + c]!;
    const value = v2 + d * (v3 - v1 + d * (2 * (v1 - v2) + v3 - v4 + d * (v2 - v1 - v3 + v4)));
    scratch[to + c] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
  }
}

function copyPixel(from: Uint8Array, source: number, to: Uint8Array, target: number): void {
  const [a, b] = [source * 3, target * 3];
  to[b] = from[a]!;
  to[b + 1] = from[a + 1]!;
  to[b + 2] = from[a + 2]!;
}
