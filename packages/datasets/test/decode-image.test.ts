import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, ImageError, loadSharp } from '../src/decode-image.js';

interface Fixture {
  readonly resize: number;
  readonly crop: number;
  readonly images: readonly { readonly title: string; readonly file: string; readonly expected: string }[];
}

const { resize, crop, images } = JSON.parse(
  readFileSync(new URL('fixtures/image-folder.json', import.meta.url), 'utf8'),
) as Fixture;

/** A file of these bytes. */
function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'image.jpg');
  writeFileSync(path, bytes);
  return path;
}

const decode = async (bytes: Uint8Array): Promise<Uint8Array> =>
  decodeImage(await loadSharp(), fileOf(bytes), { resize, crop });

/**
 * Two implementations of a triangle filter, both of which round: largest and mean difference. Far smaller images are halved
 * with a box first, and enlarged ones are half an output pixel aside.
 */
const TOLERANCE = new Map([
  ['a PNG much larger than the crop', [4, 1.5]],
  ['a PNG smaller than the crop', [13, 4]],
]);

describe('decodeImage', () => {
  it.each(images)('scales and crops $title as Pillow does', async ({ title, file, expected }) => {
    const got = await decode(Buffer.from(file, 'base64'));
    const [largest, mean] = TOLERANCE.get(title) ?? [2, 0.5];
    const wanted = Buffer.from(expected, 'base64');
    expect(got).toHaveLength(crop * crop * 3);
    const differences = wanted.map((value, i) => Math.abs(value - got[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(largest!);
    expect(differences.reduce((sum, difference) => sum + difference, 0) / got.length).toBeLessThan(mean!);
  });

  it('takes colours as they stand: a colour profile and a rotation in the file change nothing', async () => {
    const pixels = Buffer.from(Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7) % 256));
    const plain = sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } });
    const tagged = await plain
      .clone()
      .withMetadata({ orientation: 6 })
      .keepIccProfile()
      .withIccProfile('p3', { attach: true })
      .png()
      .toBuffer();
    const stripped = await sharp(tagged, { ignoreIcc: true }).png().toBuffer();
    expect(tagged.length).toBeGreaterThan(stripped.length);
    expect(await decode(tagged)).toEqual(await decode(stripped));
  });

  it('refuses what is no JPEG or PNG, even where the library could read it', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>');
    const webp = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } })
      .webp()
      .toBuffer();
    for (const bytes of [svg, webp, Buffer.alloc(0), Buffer.from('GIF89a')]) {
      await expect(decode(bytes)).rejects.toThrow(
        new ImageError('is neither JPEG nor PNG, judged by its first bytes'),
      );
    }
    await expect(decodeImage(await loadSharp(), temporaryFolder(), { resize, crop })).rejects.toThrow(
      new ImageError('is no file'),
    );
  });

  it('refuses an image that ends early or lies about its size', async () => {
    const whole = Buffer.from(images[3]!.file, 'base64');
    await expect(decode(whole.subarray(0, whole.length / 2))).rejects.toThrow(ImageError);
    // Width and height of the header of a PNG: a few hundred bytes that would be 4 GPixel.
    const bomb = Buffer.from(images[4]!.file, 'base64');
    bomb.writeUInt32BE(65_535, 16);
    bomb.writeUInt32BE(65_535, 20);
    await expect(decode(bomb)).rejects.toThrow(/exceeds pixel limit|crc|IHDR/iu);
  });

  it('refuses a strip whose shorter side would be scaled up beyond all bounds', async () => {
    const strip = await sharp({ create: { width: 60_000, height: 1, channels: 3, background: 'red' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await expect(decodeImage(await loadSharp(), fileOf(strip), { resize: 256, crop: 224 })).rejects.toThrow(
      '60000 × 1 pixels would be scaled to 15360000 × 256, more than 67108864',
    );
  });
});
