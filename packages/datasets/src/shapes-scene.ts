import type { CounterRandom } from '@opi-snn/theory';
import type { Outline } from './shapes-distance.js';

/** Red, green, blue in [0, 1]. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Patterns that a region can be filled with. */
export type Texture = 'plain' | 'stripes' | 'checks' | 'dots';

/** A region of the image: an outline, placed, with its filling. */
export interface Region {
  readonly outline: Outline;
  readonly texture: Texture;
  /** Centre [pixels], right and down. */
  readonly x: number;
  readonly y: number;
  /** Radius of the outline [pixels]. */
  readonly radius: number;
  /** Width : height stretch before rotation, > 0. */
  readonly stretch: number;
  readonly cosine: number;
  readonly sine: number;
  readonly colour: Colour;
  /** Second colour of a texture; shade of a plain filling. */
  readonly second: Colour;
  /** Length of one period of the texture [pixels]. */
  readonly period: number;
}

/** Everything that is painted, back to front, before the noise. */
export interface Scene {
  readonly background: {
    readonly from: Colour;
    readonly to: Colour;
    readonly cosine: number;
    readonly sine: number;
  };
  /** Small bits behind the object, the object, and what covers a part of it. */
  readonly regions: readonly Region[];
  /** Amplitude of the noise, as a share of full scale. */
  readonly noise: number;
}

/** What each class shows: textures win over outlines. */
const CLASSES: readonly (readonly [name: string, outline: Outline | 'any', texture: Texture])[] = [
  ['disc', 'disc', 'plain'],
  ['square', 'square', 'plain'],
  ['triangle', 'triangle', 'plain'],
  ['cross', 'cross', 'plain'],
  ['ring', 'ring', 'plain'],
  ['star', 'star', 'plain'],
  ['crescent', 'crescent', 'plain'],
  ['stripes', 'any', 'stripes'],
  ['checks', 'any', 'checks'],
  ['dots', 'any', 'dots'],
];

/** Classes of the embedded set in label order. */
export const SHAPES_CLASSES: readonly string[] = CLASSES.map(([name]) => name);

/** Outlines wide enough to show a texture. */
const CARRIERS: readonly Outline[] = ['disc', 'square', 'triangle', 'star', 'crescent'];
const BITS: readonly Outline[] = ['disc', 'square', 'triangle', 'cross'];

/**
 * Draws the scene of one image of a class.
 *
 * @param label  0…9
 * @param random advanced
 */
export function drawScene(label: number, random: CounterRandom): Scene {
  const [, outline, texture] = CLASSES[label]!;
  const from = drawColour(random);
  const to = mix(from, drawColour(random), 0.55);
  const background = { from, to, ...drawRotation(random) };
  const ground = mix(from, to, 0.5);
  const bits = Array.from({ length: random.nextBelow(4) }, () => drawBit(random));
  const object = drawObject(
    outline === 'any' ? CARRIERS[random.nextBelow(CARRIERS.length)]! : outline,
    texture,
    ground,
    random,
  );
  const covered = random.nextUniform() < 0.55;
  const cover = covered ? [drawCover(object, random)] : [];
  return { background, regions: [...bits, object, ...cover], noise: between(random, 0.03, 0.15) };
}

function drawObject(outline: Outline, texture: Texture, ground: Colour, random: CounterRandom): Region {
  const plain = texture === 'plain';
  const radius = plain ? between(random, 6, 12) : between(random, 8.5, 13);
  const colour = contrastingColour(ground, 0.06, random);
  return {
    outline,
    texture,
    radius,
    x: place(radius, random),
    y: place(radius, random),
    stretch: between(random, 0.75, 1.33),
    ...drawRotation(random),
    colour,
    second: plain ? mix(colour, drawColour(random), 0.3) : contrastingColour(colour, 0.1, random),
    period: between(random, 4, 7),
  };
}

/** A small piece of clutter behind the object. */
function drawBit(random: CounterRandom): Region {
  const colour = drawColour(random);
  return {
    outline: BITS[random.nextBelow(BITS.length)]!,
    texture: 'plain',
    radius: between(random, 1.5, 4),
    x: between(random, 0, 32),
    y: between(random, 0, 32),
    stretch: between(random, 0.5, 2),
    ...drawRotation(random),
    colour,
    second: colour,
    period: 1,
  };
}

/** A bar across a part of the object, not through its centre. */
function drawCover(object: Region, random: CounterRandom): Region {
  const colour = drawColour(random);
  const rotation = drawRotation(random);
  const offset = object.radius * between(random, 0.3, 0.9);
  const stretch = between(random, 6, 12);
  return {
    outline: 'square',
    texture: 'plain',
    radius: between(random, 1.2, 2.6),
    x: object.x - rotation.sine * offset,
    y: object.y + rotation.cosine * offset,
    stretch,
    ...rotation,
    colour,
    second: mix(colour, drawColour(random), 0.3),
    period: 1,
  };
}

/** Uniform in [low, high). */
function between(random: CounterRandom, low: number, high: number): number {
  return low + (high - low) * random.nextUniform();
}

/** A coordinate that leaves at least about 80 % of the radius inside the image. */
function place(radius: number, random: CounterRandom): number {
  const margin = Math.min(radius * 0.8, 15);
  return between(random, margin, 32 - margin);
}

function drawColour(random: CounterRandom): Colour {
  return [between(random, 0.05, 0.95), between(random, 0.05, 0.95), between(random, 0.05, 0.95)];
}

/** A colour at least √least away from another; after eight attempts, that other turned dark or bright. */
function contrastingColour(other: Colour, least: number, random: CounterRandom): Colour {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const colour = drawColour(random);
    const [r, g, b] = [colour[0] - other[0], colour[1] - other[1], colour[2] - other[2]];
    if (r * r + g * g + b * b >= least) return colour;
  }
  return other[0] + other[1] + other[2] > 1.5 ? mix(other, [0, 0, 0], 0.6) : mix(other, [1, 1, 1], 0.6);
}

function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/**
 * A rotation by any angle without sine and cosine: t in (−1, 1) gives ((1 − t²)/(1 + t²), 2t/(1 + t²)), the angles
 * −90°…90°; one more draw turns it by 180°.
 */
function drawRotation(random: CounterRandom): { cosine: number; sine: number } {
  const t = between(random, -1, 1);
  const sign = random.nextUniform() < 0.5 ? 1 : -1;
  const norm = 1 + t * t;
  return { cosine: (sign * (1 - t * t)) / norm, sine: (sign * 2 * t) / norm };
}
