import type { CounterRandom } from '@opi-snn/theory';
import { outlineDistance } from './shapes-distance.js';
import type { Region, Scene } from './shapes-scene.js';

/** Height and width of an image [pixels]. */
export const SHAPES_SIZE = 32;

const CENTRE = SHAPES_SIZE / 2;

/**
 * Paints a scene: background, regions with soft edges one pixel wide, noise.
 *
 * @param scene  what to paint
 * @param random one draw per pixel for the noise
 * @param out    overwritten, `[32, 32, 3]` bytes
 */
export function paintScene(scene: Scene, random: CounterRandom, out: Uint8Array): void {
  const canvas = new Float64Array(SHAPES_SIZE * SHAPES_SIZE * 3);
  paintBackground(scene.background, canvas);
  for (const region of scene.regions) paintRegion(region, canvas);
  addNoise(canvas, scene.noise, random, out);
}

/** Linear gradient across the image. */
function paintBackground({ from, to, cosine, sine }: Scene['background'], canvas: Float64Array): void {
  for (let row = 0; row < SHAPES_SIZE; row += 1) {
    for (let column = 0; column < SHAPES_SIZE; column += 1) {
      const along = ((column + 0.5 - CENTRE) * cosine + (row + 0.5 - CENTRE) * sine) / SHAPES_SIZE;
      const share = Math.min(Math.max(along + 0.5, 0), 1);
      const pixel = (row * SHAPES_SIZE + column) * 3;
      for (let c = 0; c < 3; c += 1) canvas[pixel + c] = from[c]! + (to[c]! - from[c]!) * share;
    }
  }
}

/** Blends one region over the canvas; coverage = ½ − signed distance in pixels, clamped to [0, 1]. */
function paintRegion(region: Region, canvas: Float64Array): void {
  const { outline, radius, stretch, cosine, sine, colour, second } = region;
  const reach = radius * 1.5 * Math.max(stretch, 1) + 1;
  const [top, bottom] = [firstPixel(region.y - reach), lastPixel(region.y + reach)];
  const [left, right] = [firstPixel(region.x - reach), lastPixel(region.x + reach)];
  const scale = radius * Math.min(stretch, 1);
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const dx = column + 0.5 - region.x;
      const dy = row + 0.5 - region.y;
      const u = dx * cosine + dy * sine;
      const v = dy * cosine - dx * sine;
      const coverage = 0.5 - outlineDistance(outline, u / (radius * stretch), v / radius) * scale;
      if (coverage <= 0) continue;
      const alpha = Math.min(coverage, 1);
      const share = textureShare(region, u, v);
      const pixel = (row * SHAPES_SIZE + column) * 3;
      for (let c = 0; c < 3; c += 1) {
        const filling = colour[c]! + (second[c]! - colour[c]!) * share;
        canvas[pixel + c]! += (filling - canvas[pixel + c]!) * alpha;
      }
    }
  }
}

/** How much of the second colour a point of a region shows, in [0, 1]; u, v in the region's own axes [pixels]. */
function textureShare({ texture, period, radius }: Region, u: number, v: number): number {
  switch (texture) {
    case 'plain':
      return Math.min(Math.max(0.5 + u / (2 * radius), 0), 1);
    case 'stripes':
      return wave(u, period);
    case 'checks': {
      const a = wave(u, 1.5 * period);
      const b = wave(v, 1.5 * period);
      return a + b - 2 * a * b;
    }
    case 'dots': {
      const du = u / period - Math.floor(u / period) - 0.5;
      const dv = v / period - Math.floor(v / period) - 0.5;
      return Math.min(Math.max(0.5 - (Math.sqrt(du * du + dv * dv) - 0.31) * period, 0), 1);
    }
  }
}

/** Square wave of a period, with edges one pixel wide. */
function wave(position: number, period: number): number {
  const phase = position / period - Math.floor(position / period);
  return Math.min(Math.max(0.5 - (Math.abs(phase - 0.5) - 0.25) * period, 0), 1);
}

/** One draw per pixel: its four bytes make brightness noise (one, common) and colour noise (three). */
function addNoise(canvas: Float64Array, noise: number, random: CounterRandom, out: Uint8Array): void {
  const amplitude = noise / 255;
  for (let pixel = 0; pixel < canvas.length; pixel += 3) {
    const word = random.nextUint32();
    const common = (word & 255) - 127.5;
    for (let c = 0; c < 3; c += 1) {
      const own = ((word >>> (8 * (c + 1))) & 255) - 127.5;
      const value = canvas[pixel + c]! + amplitude * (common + own);
      out[pixel + c] = Math.floor(Math.min(Math.max(value, 0), 1) * 255 + 0.5);
    }
  }
}

function firstPixel(position: number): number {
  return Math.max(Math.floor(position), 0);
}

function lastPixel(position: number): number {
  return Math.min(Math.floor(position), SHAPES_SIZE - 1);
}
