// Which source pixels an output place reads, through which weights: src/geometry.ts, forEachConnection.
import * as D from '../src/wasm/descriptor';

function field(record: usize, offset: usize): i32 {
  return load<i32>(record + offset);
}

/** Writes the (source, weights) pairs of one synapse at one place after `out`; returns where they end. */
export function collect(synapse: usize, block: i32, row: i32, column: i32, first: i32, out: usize): usize {
  const kernel = synapse + D.SYNAPSE_KERNEL;
  const pool = synapse + D.SYNAPSE_POOL;
  const pooledHeight = field(synapse, D.SYNAPSE_POOLED_HEIGHT);
  const pooledWidth = field(synapse, D.SYNAPSE_POOLED_WIDTH);
  const kernelHeight = field(kernel, D.WINDOW_HEIGHT);
  const kernelWidth = field(kernel, D.WINDOW_WIDTH);
  const tapStride = field(synapse, D.SYNAPSE_TAP_STRIDE);
  const stepStride = field(synapse, D.SYNAPSE_STEP_STRIDE);
  const source =
    field(synapse, D.SYNAPSE_SOURCE) +
    block * field(synapse, D.SYNAPSE_SOURCE_BLOCK_STRIDE) +
    first * stepStride;
  const top = row * field(kernel, D.WINDOW_STRIDE_Y) - field(kernel, D.WINDOW_TOP);
  const left = column * field(kernel, D.WINDOW_STRIDE_X) - field(kernel, D.WINDOW_LEFT);
  const weights = field(synapse, D.SYNAPSE_WEIGHTS) + block * field(synapse, D.SYNAPSE_BLOCK_STRIDE);
  let pair = out + D.HEAD_BYTES;
  for (let i = 0; i < kernelHeight; i++) {
    const y = top + i;
    if (y < 0 || y >= pooledHeight) continue;
    for (let j = 0; j < kernelWidth; j++) {
      const x = left + j;
      if (x < 0 || x >= pooledWidth) continue;
      pair = collectPool(synapse, pool, y, x, source, weights + (i * kernelWidth + j) * tapStride, pair);
    }
  }
  store<i32>(out + D.HEAD_KIND, field(synapse, D.SYNAPSE_KIND));
  store<i32>(out + D.HEAD_COUNT, i32((pair - out - D.HEAD_BYTES) / D.CONNECTION_BYTES));
  store<i32>(out + D.HEAD_STEP_STRIDE, stepStride);
  return pair;
}

function collectPool(
  synapse: usize,
  pool: usize,
  row: i32,
  column: i32,
  source: i32,
  weights: i32,
  out: usize,
): usize {
  const height = field(synapse, D.SYNAPSE_SOURCE_HEIGHT);
  const width = field(synapse, D.SYNAPSE_SOURCE_WIDTH);
  const placeStride = field(synapse, D.SYNAPSE_PLACE_STRIDE);
  const top = row * field(pool, D.WINDOW_STRIDE_Y) - field(pool, D.WINDOW_TOP);
  const left = column * field(pool, D.WINDOW_STRIDE_X) - field(pool, D.WINDOW_LEFT);
  const bottom = min(top + field(pool, D.WINDOW_HEIGHT), height);
  const right = min(left + field(pool, D.WINDOW_WIDTH), width);
  const words = field(synapse, D.SYNAPSE_KIND) == D.KIND_TABLE ? field(synapse, D.SYNAPSE_WIDTH) : 1;
  let pair = out;
  for (let y = max(top, 0); y < bottom; y++) {
    for (let x = max(left, 0); x < right; x++) {
      for (let word = 0; word < words; word++) {
        store<i32>(pair, source + (y * width + x) * placeStride + word * 2);
        store<i32>(pair + 4, weights + word * D.TABLE_WORD_BYTES);
        pair += D.CONNECTION_BYTES;
      }
    }
  }
  return pair;
}
