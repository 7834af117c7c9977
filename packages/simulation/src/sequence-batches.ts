/** Rows of a run that are simulated together: the same position of neighbouring sequences. */
export interface SequenceBatch {
  /** First row; rows are [positions, sequences]. */
  readonly first: number;
  /** Number of rows, which is that of sequences. */
  readonly count: number;
  /** Position within the sequences; 0 begins new ones. */
  readonly position: number;
}

/**
 * Cuts the rows of a run into batches; those of the same sequences come one after another.
 *
 * @param rows      number of images, a multiple of `sequences`
 * @param sequences number of sequences; `rows` where every image stands alone
 * @param batchSize sequences per batch at most
 * @example
 * [...sequenceBatches(4, 2, 1)].map(({ first }) => first); // [0, 2, 1, 3]
 */
export function* sequenceBatches(
  rows: number,
  sequences: number,
  batchSize: number,
): Generator<SequenceBatch> {
  for (let sequence = 0; sequence < sequences; sequence += batchSize) {
    const count = Math.min(batchSize, sequences - sequence);
    for (let position = 0; position * sequences < rows; position++) {
      yield { first: position * sequences + sequence, count, position };
    }
  }
}
