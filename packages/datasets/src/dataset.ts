/** Labels of images: bytes, or 16 bits where there are more than 256 classes. */
export type Labels = Uint8Array | Uint16Array;

/**
 * Images and labels in memory, as stored: bytes, not yet normalised.
 */
export interface Dataset {
  /** Such as `cifar-10`. */
  readonly name: string;
  readonly split: 'train' | 'test';
  /** Number of images. */
  readonly length: number;
  /** Shape of one image, HWC. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** `[length, height, width, channels]`, row-major, 0…255. */
  readonly images: Uint8Array;
  /** `[length]`, 0…classes.length − 1. */
  readonly labels: Labels;
  readonly classes: readonly string[];
  /** SHA-256 (hex) over shape, images and labels: what a run records as its input. */
  readonly hash: string;
}

/** Per-channel normalisation (pixel/255 − mean) / standardDeviation. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}
