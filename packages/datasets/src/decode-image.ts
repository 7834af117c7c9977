import { open } from 'node:fs/promises';
import { cropStart, scaledSize, type ImageSize } from './image-size.js';

/** Largest file that is opened [bytes]; the largest of ImageNet has 15 MB. */
const MAXIMUM_FILE_BYTES = 64 * 2 ** 20;
/** Largest image that is decoded, and largest after scaling [pixels]: what a few bytes may claim to be is bounded. */
const MAXIMUM_PIXELS = 64 * 2 ** 20;

/** First bytes of the formats that are read. Everything else that the library knows, such as SVG, is refused. */
const SIGNATURES = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
] as const;

/** The part of `sharp` that is used. */
type Sharp = (typeof import('sharp'))['default'];

/** An image cannot be used; the message says why, without the path. */
export class ImageError extends Error {
  override readonly name: string = 'ImageError';
}

/**
 * `sharp`, which is not installed with this package: an optional peer, because its native library has 18 MB.
 *
 * @throws Error with the command that installs it
 */
export async function loadSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new Error(
      'loadSharp: sharp must be installed to read JPEG and PNG files. Run `npm install sharp`.',
      { cause: error },
    );
  }
}

/**
 * Reads a JPEG or PNG file as ImageNet networks are evaluated: shorter side scaled with a triangle filter that averages
 * where it shrinks, then the central square. Colours are taken as they stand (no colour profile, no EXIF rotation, no
 * alpha), greyscale becomes three equal channels: what torchvision does with Pillow, within 2 of 255 where the image shrinks
 * by less than two (most of ImageNet), 4 beyond. A smaller image is enlarged, up to half an output pixel aside of Pillow's.
 *
 * @param sharp from {@link loadSharp}
 * @param path  of the file; may hold anything
 * @param size  scaling and crop
 * @returns `[crop, crop, 3]` bytes, row-major
 * @throws ImageError (rejection) if the file is no JPEG or PNG, is damaged, or is too large
 */
export async function decodeImage(sharp: Sharp, path: string, size: ImageSize): Promise<Uint8Array> {
  const bytes = await readBounded(path);
  try {
    const stored = sharp(bytes, { ignoreIcc: true, limitInputPixels: MAXIMUM_PIXELS, failOn: 'error' });
    const { width, height, hasAlpha } = await stored.metadata();
    const [scaledWidth, scaledHeight] = scaledSize(width, height, size.resize);
    if (scaledWidth * scaledHeight > MAXIMUM_PIXELS) {
      throw new ImageError(
        `${width} × ${height} pixels would be scaled to ${scaledWidth} × ${scaledHeight}, more than ${MAXIMUM_PIXELS}`,
      );
    }
    const image = hasAlpha ? await withoutAlpha(sharp, stored) : stored;
    return await image
      .resize({
        width: scaledWidth,
        height: scaledHeight,
        fit: 'fill',
        kernel: 'linear',
        // The JPEG decoder would halve the image by another filter.
        fastShrinkOnLoad: false,
      })
      .extract({
        left: cropStart(scaledWidth, size.crop),
        top: cropStart(scaledHeight, size.crop),
        width: size.crop,
        height: size.crop,
      })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The colours under the transparency, before anything is averaged: transparent pixels count like others. */
async function withoutAlpha(sharp: Sharp, image: ReturnType<Sharp>): Promise<ReturnType<Sharp>> {
  const { data, info } = await image
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } });
}

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new ImageError('is no file');
    if (found.size > MAXIMUM_FILE_BYTES)
      throw new ImageError(`has ${found.size} bytes, more than ${MAXIMUM_FILE_BYTES}`);
    const bytes = await file.readFile();
    if (SIGNATURES.some((signature) => signature.every((byte, i) => bytes[i] === byte))) return bytes;
    throw new ImageError('is neither JPEG nor PNG, judged by its first bytes');
  } finally {
    await file.close();
  }
}
