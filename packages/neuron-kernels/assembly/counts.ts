// What spikes did: numbers per class of places, per step; numbers per neuron.
import * as D from '../src/wasm/descriptor';

/**
 * Adds the spikes of `steps` steps to counts[class][step][block] (u32), where classes[place] (u32) says which places
 * are counted together: those whose spikes reach equally many connections.
 */
export function countByClass(layer: usize, steps: i32, classes: usize, counts: usize): void {
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const stride = load<i32>(layer + D.LAYER_CAPACITY) * blocks * 2;
  const words = steps * blocks;
  let place: usize = load<i32>(layer + D.LAYER_SPIKES);
  for (let i = 0; i < places; i++) {
    let target = counts + <usize>load<u32>(classes + i * 4) * words * 4;
    let word = place;
    let left = words;
    for (; left >= 8; left -= 8) {
      const bytes = i8x16.popcnt(v128.load(word));
      const sums = i16x8.extadd_pairwise_i8x16_u(bytes);
      v128.store(target, i32x4.add(v128.load(target), i32x4.extend_low_i16x8_u(sums)));
      v128.store(target, i32x4.add(v128.load(target, 16), i32x4.extend_high_i16x8_u(sums)), 16);
      word += 16;
      target += 32;
    }
    for (; left > 0; left--) {
      store<u32>(target, load<u32>(target) + i32.popcnt(load<u16>(word)));
      word += 2;
      target += 4;
    }
    place += stride;
  }
}

/** Adds the spikes of steps [first, first + steps) to counts, [place][blocks · 16] (u16). */
export function countByNeuron(layer: usize, first: i32, steps: i32, counts: usize): void {
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const stride = load<i32>(layer + D.LAYER_CAPACITY) * blocks * 2;
  const low = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  const high = i16x8.shl(low, 8);
  let spikes: usize = load<i32>(layer + D.LAYER_SPIKES) + first * blocks * 2;
  for (let place = 0; place < places; place++) {
    for (let block = 0; block < blocks; block++) {
      let word = spikes + block * 2;
      let n0 = v128.load(counts),
        n1 = v128.load(counts, 16);
      for (let t = 0; t < steps; t++) {
        const mask = i16x8.splat(load<i16>(word));
        n0 = i16x8.sub(n0, i16x8.eq(v128.and(mask, low), low));
        n1 = i16x8.sub(n1, i16x8.eq(v128.and(mask, high), high));
        word += blocks * 2;
      }
      v128.store(counts, n0);
      v128.store(counts, n1, 16);
      counts += 32;
    }
    spikes += stride;
  }
}
