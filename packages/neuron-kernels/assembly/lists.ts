// Spike bits as lists of rows of weights.
import * as D from '../src/wasm/descriptor';

/**
 * Lists the spikes of `steps` steps: for every image row, step and column the offsets, ascending, of the rows of weights
 * that they add. With groups an entry stands for the spikes of eight channels, else for one spike:
 *
 *   column · tapStride + group · TABLE_GROUP_BYTES + mask · 64    or     column · tapStride + channel · 64
 *
 * starts[(row · capacity + t) · (width + 1) + column] is the address where a list begins; it ends where the next begins.
 */
export function listSpikes(layer: usize, steps: i32, hasGroups: i32): void {
  const height = load<i32>(layer + D.LAYER_HEIGHT);
  const width = load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const capacity = load<i32>(layer + D.LAYER_CAPACITY);
  const tapStride = load<i32>(layer + D.LAYER_TAP_STRIDE);
  const placeStride = capacity * blocks * 2;
  const spikes: usize = load<i32>(layer + D.LAYER_SPIKES);
  const starts: usize = load<i32>(layer + D.LAYER_LIST_STARTS);
  let entry: usize = load<i32>(layer + D.LAYER_LIST_ENTRIES);
  for (let row = 0; row < height; row++) {
    for (let t = 0; t < steps; t++) {
      let start = starts + (row * capacity + t) * (width + 1) * 4;
      let word = spikes + row * width * placeStride + t * blocks * 2;
      let offset: u32 = 0;
      for (let column = 0; column < width; column++) {
        store<u32>(start, u32(entry));
        entry = hasGroups
          ? listGroups(word, blocks, offset, entry)
          : listChannels(word, blocks, offset, entry);
        start += 4;
        word += placeStride;
        offset += tapStride;
      }
      store<u32>(start, u32(entry));
    }
  }
}

/** One entry per group of eight channels that has spikes; written without a branch. */
function listGroups(word: usize, blocks: i32, offset: u32, entry: usize): usize {
  for (let block = 0; block < blocks; block++) {
    const mask: u32 = load<u16>(word);
    store<u32>(entry, offset + ((mask & 0xff) << 6));
    entry += usize((mask & 0xff) != 0) << 2;
    store<u32>(entry, offset + D.TABLE_GROUP_BYTES + ((mask >> 2) & 0x3fc0));
    entry += usize((mask & 0xff00) != 0) << 2;
    offset += D.TABLE_WORD_BYTES;
    word += 2;
  }
  return entry;
}

/** One entry per spike. */
function listChannels(word: usize, blocks: i32, offset: u32, entry: usize): usize {
  for (let block = 0; block < blocks; block++) {
    let mask: u32 = load<u16>(word);
    while (mask != 0) {
      store<u32>(entry, offset + (i32.ctz(mask) << 6));
      entry += 4;
      mask &= mask - 1;
    }
    offset += 16 * 64;
    word += 2;
  }
  return entry;
}
