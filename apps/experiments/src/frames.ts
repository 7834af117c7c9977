import type { ImageSource } from '@opi-snn/simulation';

/** What a camera sees in consecutive frames, made of single test images. */
export type Motion = 'still' | 'drift' | 'cut';

/** Motions with what they are, for help texts. */
export const MOTIONS: Readonly<Record<Motion, string>> = {
  still: 'the same image again and again',
  drift: 'the image moves one pixel to the right with every frame',
  cut: 'every frame is another image',
};

/** How sequences are made. */
export interface FrameOptions {
  /** Number of sequences. */
  readonly sequences: number;
  /** Frames of each. */
  readonly frames: number;
  readonly motion: Motion;
}

/**
 * Sequences of frames as one source: frame f of sequence s is image f · sequences + s.
 *
 * Sequences begin with the first images of the data set; of `cut` they are its first sequences · frames images, frame by frame. What `drift` uncovers is 0, the
 * mean colour of normalised images.
 *
 * @param images normalised test images, at least `sequences` (of `cut`: sequences · frames)
 */
export function frameSource(images: ImageSource, { sequences, frames, motion }: FrameOptions): ImageSource {
  return {
    length: sequences * frames,
    imageShape: images.imageShape,
    read: async (indices, out) => {
      await images.read(
        indices.map((index) => (motion === 'cut' ? index : index % sequences)),
        out,
      );
      if (motion !== 'drift') return;
      const size = out.length / indices.length;
      indices.forEach((index, i) => {
        moveRight(out.subarray(i * size, (i + 1) * size), images.imageShape, Math.floor(index / sequences));
      });
    },
  };
}

/** Index of the image that each row of the source shows, for its label. */
export function shownImages({ sequences, frames, motion }: FrameOptions): number[] {
  return Array.from({ length: sequences * frames }, (_, row) => (motion === 'cut' ? row : row % sequences));
}

function moveRight(
  image: Float32Array,
  [height, width, channels]: ImageSource['imageShape'],
  pixels: number,
): void {
  const shift = Math.min(pixels, width) * channels;
  for (let row = 0; row < height; row++) {
    const start = row * width * channels;
    image.copyWithin(start + shift, start, start + width * channels - shift);
    image.fill(0, start, start + shift);
  }
}
