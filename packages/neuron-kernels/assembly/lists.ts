// Spike bits of a wide layer as lists of channels.
import * as D from '../src/wasm/descriptor';

/**
 * Lists the spikes of `steps` steps: for every place and step the offsets (channel · 64 bytes, ascending) of the rows of
 * weights that its spikes add. starts[place · (capacity + 1) + t] is the address where the list of step t begins; the
 * list ends where that of t + 1 begins.
 */
export function listSpikes(layer: usize, steps: i32): void {
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const capacity = load<i32>(layer + D.LAYER_CAPACITY);
  const spikes: usize = load<i32>(layer + D.LAYER_SPIKES);
  const starts: usize = load<i32>(layer + D.LAYER_LIST_STARTS);
  let entry: usize = load<i32>(layer + D.LAYER_LIST_ENTRIES);
  for (let place = 0; place < places; place++) {
    let word = spikes + place * capacity * blocks * 2;
    let start = starts + place * (capacity + 1) * 4;
    for (let t = 0; t < steps; t++) {
      store<u32>(start, u32(entry));
      start += 4;
      for (let block = 0; block < blocks; block++) {
        let mask: u32 = load<u16>(word);
        word += 2;
        while (mask != 0) {
          store<u32>(entry, ((block << 4) + i32.ctz(mask)) << 6);
          entry += 4;
          mask &= mask - 1;
        }
      }
    }
    store<u32>(start, u32(entry));
  }
}
