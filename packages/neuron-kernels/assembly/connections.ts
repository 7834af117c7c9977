// Which source pixels an output place reads, through which weights: src/geometry.ts, forEachConnection.
import * as D from '../src/wasm/descriptor';

function field(record: usize, offset: usize): i32 {
  return load<i32>(record + offset);
}

/** First row that the kernel of a synapse covers at output row `row`, above the image if negative. */
function topOf(synapse: usize, row: i32): i32 {
  const kernel = synapse + D.SYNAPSE_KERNEL;
  return row * field(kernel, D.WINDOW_STRIDE_Y) - field(kernel, D.WINDOW_TOP);
}

/** First column that the kernel of a synapse covers at output column `column`. */
function leftOf(synapse: usize, column: i32): i32 {
  const kernel = synapse + D.SYNAPSE_KERNEL;
  return column * field(kernel, D.WINDOW_STRIDE_X) - field(kernel, D.WINDOW_LEFT);
}

/** Writes the connections of one synapse at one place, through spike bits or the image; returns where they end. */
export function collect(synapse: usize, block: i32, row: i32, column: i32, first: i32, out: usize): usize {
  const kernelHeight = field(synapse + D.SYNAPSE_KERNEL, D.WINDOW_HEIGHT);
  const kernelWidth = field(synapse + D.SYNAPSE_KERNEL, D.WINDOW_WIDTH);
  const tapStride = field(synapse, D.SYNAPSE_TAP_STRIDE);
  const source =
    field(synapse, D.SYNAPSE_SOURCE) +
    block * field(synapse, D.SYNAPSE_SOURCE_BLOCK_STRIDE) +
    first * field(synapse, D.SYNAPSE_STEP_STRIDE);
  const top = topOf(synapse, row);
  const left = leftOf(synapse, column);
  const firstRow = max(0, -top);
  const endRow = min(kernelHeight, field(synapse, D.SYNAPSE_POOLED_HEIGHT) - top);
  const firstColumn = max(0, -left);
  const endColumn = min(kernelWidth, field(synapse, D.SYNAPSE_POOLED_WIDTH) - left);
  const weights = field(synapse, D.SYNAPSE_WEIGHTS) + block * field(synapse, D.SYNAPSE_BLOCK_STRIDE);
  for (let i = firstRow; i < endRow; i++) {
    for (let j = firstColumn; j < endColumn; j++) {
      out = collectPool(synapse, top + i, left + j, source, weights + (i * kernelWidth + j) * tapStride, out);
    }
  }
  return out;
}

/** The pixels of one pooling window; for tables every word of them. */
function collectPool(synapse: usize, row: i32, column: i32, source: i32, weights: i32, out: usize): usize {
  const pool = synapse + D.SYNAPSE_POOL;
  const width = field(synapse, D.SYNAPSE_SOURCE_WIDTH);
  const placeStride = field(synapse, D.SYNAPSE_PLACE_STRIDE);
  const top = row * field(pool, D.WINDOW_STRIDE_Y) - field(pool, D.WINDOW_TOP);
  const left = column * field(pool, D.WINDOW_STRIDE_X) - field(pool, D.WINDOW_LEFT);
  const bottom = min(top + field(pool, D.WINDOW_HEIGHT), field(synapse, D.SYNAPSE_SOURCE_HEIGHT));
  const right = min(left + field(pool, D.WINDOW_WIDTH), width);
  const words = field(synapse, D.SYNAPSE_KIND) == D.KIND_TABLE ? field(synapse, D.SYNAPSE_WIDTH) : 1;
  // Rows of integers may be half as long as those of floats.
  const wordBytes = field(synapse, D.SYNAPSE_TAP_STRIDE) / words;
  for (let y = max(top, 0); y < bottom; y++) {
    for (let x = max(left, 0); x < right; x++) {
      for (let word = 0; word < words; word++) {
        store<i32>(out, source + (y * width + x) * placeStride + word * 2, D.CONNECTION_SOURCE);
        store<i32>(out, weights + word * wordBytes, D.CONNECTION_WEIGHTS);
        out += D.CONNECTION_BYTES;
      }
    }
  }
  return out;
}

/**
 * The same through spike lists. Neighbouring taps of a kernel row read neighbouring lists, in which an entry at column x
 * already contains x taps of weights, so that a kernel row is one connection; with pooling, every pixel is one.
 */
export function collectLists(
  synapse: usize,
  block: i32,
  row: i32,
  column: i32,
  first: i32,
  out: usize,
): usize {
  const kernelHeight = field(synapse + D.SYNAPSE_KERNEL, D.WINDOW_HEIGHT);
  const kernelWidth = field(synapse + D.SYNAPSE_KERNEL, D.WINDOW_WIDTH);
  const tapStride = field(synapse, D.SYNAPSE_TAP_STRIDE);
  const top = topOf(synapse, row);
  const left = leftOf(synapse, column);
  const firstRow = max(0, -top);
  const endRow = min(kernelHeight, field(synapse, D.SYNAPSE_POOLED_HEIGHT) - top);
  const firstColumn = max(0, -left);
  const endColumn = min(kernelWidth, field(synapse, D.SYNAPSE_POOLED_WIDTH) - left);
  const weights = field(synapse, D.SYNAPSE_WEIGHTS) + block * field(synapse, D.SYNAPSE_BLOCK_STRIDE);
  const isPooled = field(synapse, D.SYNAPSE_IS_POOLED);
  for (let i = firstRow; i < endRow; i++) {
    const rowWeights = weights + i * kernelWidth * tapStride;
    if (isPooled) {
      for (let j = firstColumn; j < endColumn; j++) {
        out = collectPooledLists(synapse, top + i, left + j, first, rowWeights + j * tapStride, out);
      }
    } else if (firstColumn < endColumn) {
      const x = left + firstColumn;
      const span = endColumn - firstColumn;
      // Tap j = x − left: entries contain x · tapStride.
      out = writeList(synapse, top + i, x, span, first, rowWeights - left * tapStride, out);
    }
  }
  return out;
}

function collectPooledLists(
  synapse: usize,
  row: i32,
  column: i32,
  first: i32,
  weights: i32,
  out: usize,
): usize {
  const pool = synapse + D.SYNAPSE_POOL;
  const tapStride = field(synapse, D.SYNAPSE_TAP_STRIDE);
  const top = row * field(pool, D.WINDOW_STRIDE_Y) - field(pool, D.WINDOW_TOP);
  const left = column * field(pool, D.WINDOW_STRIDE_X) - field(pool, D.WINDOW_LEFT);
  const bottom = min(top + field(pool, D.WINDOW_HEIGHT), field(synapse, D.SYNAPSE_SOURCE_HEIGHT));
  const right = min(left + field(pool, D.WINDOW_WIDTH), field(synapse, D.SYNAPSE_SOURCE_WIDTH));
  for (let y = max(top, 0); y < bottom; y++) {
    for (let x = max(left, 0); x < right; x++) {
      out = writeList(synapse, y, x, 1, first, weights - x * tapStride, out);
    }
  }
  return out;
}

function writeList(
  synapse: usize,
  row: i32,
  column: i32,
  span: i32,
  first: i32,
  weights: i32,
  out: usize,
): usize {
  const layer: usize = field(synapse, D.SYNAPSE_SOURCE_LAYER);
  const step = row * field(layer, D.LAYER_CAPACITY) + first;
  const start = step * (field(layer, D.LAYER_WIDTH) + 1) + column;
  store<i32>(out, field(layer, D.LAYER_LIST_STARTS) + start * 4, D.CONNECTION_SOURCE);
  store<i32>(out, weights, D.CONNECTION_WEIGHTS);
  store<i32>(out, span * 4, D.CONNECTION_SPAN);
  return out + D.CONNECTION_BYTES;
}
