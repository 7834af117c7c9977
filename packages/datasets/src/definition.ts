/** One file of a data set in its official binary layout. */
export interface DatasetFile {
  /** File name without folder, such as `test_batch.bin`. */
  readonly name: string;
  readonly split: 'train' | 'test';
  /** `records`: labels and pixels together (CIFAR); `images`, `labels`: one IDX file each (MNIST). */
  readonly role: 'records' | 'images' | 'labels';
  /** Number of images (or labels) in this file. */
  readonly records: number;
  /** Official MD5 sum of the unpacked file, hex. */
  readonly md5: string;
  /** SHA-256 sum of the same file, hex. */
  readonly sha256: string;
}

/** One file to download, and what unpacks from it. */
export interface DatasetDownload {
  readonly url: string;
  /** `tar.gz`: an archive with several files; `gz`: one compressed file. */
  readonly packing: 'tar.gz' | 'gz';
  /** Length of the packed file [bytes], when it is known for certain. */
  readonly bytes?: number;
  /** MD5 sum of the packed file, hex, as its publisher states it. */
  readonly md5: string;
  /** Names of the {@link DatasetFile}s inside; the others in the archive are not written. */
  readonly contents: readonly string[];
}

/** One kind of label in a record: one byte, 0 … classes.length − 1. */
export interface LabelSet {
  readonly name: 'fine' | 'coarse';
  readonly classes: readonly string[];
}

/**
 * All that is known about a data set that lives in files: where they lie, how they are laid out, their sums,
 * where they come from. A definition of one's own can be given wherever a name is accepted.
 */
export interface DatasetDefinition {
  readonly name: string;
  /**
   * - `cifar`: records of one byte per label set, then height · width bytes per channel, plane after plane.
   * - `idx`: big-endian header (images: 0x803, count, rows, columns; labels: 0x801, count), then the bytes.
   */
  readonly layout: 'cifar' | 'idx';
  /** Sub-folders of the data folder to look in; the first is the one `fetchDataset` makes. */
  readonly folders: readonly string[];
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** In the order of the label bytes; the default is the one named `fine`. */
  readonly labelSets: readonly LabelSet[];
  readonly files: readonly DatasetFile[];
  readonly downloads: readonly DatasetDownload[];
}

/** Bytes before the pixels or labels of an IDX file. */
export const IDX_HEADER_BYTES: Readonly<Record<'images' | 'labels', number>> = { images: 16, labels: 8 };

/**
 * Length of a file in its official layout [bytes].
 *
 *   cifar: records · (label bytes + h·w·c);   idx: 16 + records · h·w, or 8 + records
 */
export function fileBytes(definition: DatasetDefinition, file: DatasetFile): number {
  const [height, width, channels] = definition.imageShape;
  const pixels = height * width * channels;
  if (file.role === 'records') return file.records * (definition.labelSets.length + pixels);
  return IDX_HEADER_BYTES[file.role] + file.records * (file.role === 'images' ? pixels : 1);
}
