import { IDX_HEADER_BYTES, type DatasetDefinition, type DatasetFile, type LabelSet } from './definition.js';
import type { DatasetProblem } from './dataset-error.js';

/** Where decoded files go: `images` `[n, h, w, c]` and `labels` `[n]` of the whole split, and the next record. */
export interface DecodeTarget {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  /** Index of the first record that this file fills. */
  readonly first: number;
}

/**
 * Decodes one official file into its place in the split. The length must have been checked.
 *
 * @param bytes    the file
 * @param path     its path, for problems
 * @param labelSet name of the label set to keep
 * @param target   overwritten from record `target.first` on
 * @returns what is wrong with header or labels; empty if all is well
 */
export function decodeFile(
  definition: DatasetDefinition,
  file: DatasetFile,
  content: { readonly bytes: Uint8Array; readonly path: string },
  labelSet: LabelSet['name'],
  target: DecodeTarget,
): DatasetProblem[] {
  if (file.role === 'records') return decodeRecords(definition, file, content, labelSet, target);
  const problems = headerProblems(definition, file, content);
  if (problems.length > 0) return problems;
  const body = content.bytes.subarray(IDX_HEADER_BYTES[file.role]);
  if (file.role === 'images') {
    target.images.set(body, (target.first * body.length) / file.records);
    return [];
  }
  target.labels.set(body, target.first);
  return labelProblems(body, definition.labelSets[0]!, content.path);
}

/** CIFAR: label bytes, then one plane per channel; planes become interleaved channels. */
function decodeRecords(
  { imageShape: [height, width, channels], labelSets }: DatasetDefinition,
  { records }: DatasetFile,
  { bytes, path }: { readonly bytes: Uint8Array; readonly path: string },
  labelSet: LabelSet['name'],
  { images, labels, first }: DecodeTarget,
): DatasetProblem[] {
  const plane = height * width;
  const recordBytes = labelSets.length + plane * channels;
  const values = labelSets.map(() => new Uint8Array(records));
  for (let record = 0; record < records; record += 1) {
    const start = record * recordBytes;
    for (let set = 0; set < labelSets.length; set += 1) values[set]![record] = bytes[start + set]!;
    const pixels = start + labelSets.length;
    const out = (first + record) * plane * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      const from = pixels + channel * plane;
      for (let pixel = 0; pixel < plane; pixel += 1)
        images[out + pixel * channels + channel] = bytes[from + pixel]!;
    }
  }
  labels.set(values[labelSets.findIndex((set) => set.name === labelSet)]!, first);
  return labelSets.flatMap((set, index) => labelProblems(values[index]!, set, path));
}

function headerProblems(
  { imageShape: [height, width] }: DatasetDefinition,
  { role, records }: DatasetFile,
  { bytes, path }: { readonly bytes: Uint8Array; readonly path: string },
): DatasetProblem[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = role === 'images' ? [0x803, records, height, width] : [0x801, records];
  const found = expected.map((_, index) => view.getUint32(4 * index));
  if (found.every((value, index) => value === expected[index])) return [];
  const text = (values: readonly number[]): string =>
    `[0x${values[0]!.toString(16)}, ${values.slice(1).join(', ')}]`;
  return [{ file: path, subject: 'header', expected: text(expected), found: text(found) }];
}

/** At most one problem per file: the first bad label and how many there are. */
function labelProblems(labels: Uint8Array, { name, classes }: LabelSet, file: string): DatasetProblem[] {
  const first = labels.findIndex((label) => label >= classes.length);
  if (first < 0) return [];
  const count = labels.reduce((sum, label) => sum + (label >= classes.length ? 1 : 0), 0);
  return [
    {
      file,
      subject: 'label',
      expected: `0…${classes.length - 1} (${name})`,
      found: `${labels[first]!} in record ${first}${count > 1 ? ` and ${count - 1} more` : ''}`,
    },
  ];
}
