// The constant current of an int16 layer: int16-arithmetic.ts.
import * as D from '../src/wasm/descriptor';

/**
 * Rounds the constant current of a layer that reads the image, [place][blocks · 16] floats, to 16-bit integers in the
 * room that spikes leave: nearest, halves to even, within `room`: [blocks · 16] least values, then as many greatest. The
 * integers of the blocks that are computed side by side lie together, at the first of them; those of the read-out stay
 * floats.
 */
export function roundCurrents(layer: usize, room: usize): void {
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const abreast = blocks > 1 ? 2 : 1;
  const isReadOut = load<i32>(layer + D.LAYER_IS_READ_OUT);
  let place: usize = load<i32>(layer + D.LAYER_CURRENT);
  for (let i = 0; i < places; i++) {
    for (let block = 0; block < blocks; block++) {
      const least = room + block * 64;
      const most = least + blocks * 64;
      const from = place + block * 64;
      // Never ahead of what is still to be read: the second block of a pair goes to the end of the first one's floats.
      const target = place + (block - (block % abreast)) * 64 + (block % abreast) * 32;
      const i0 = rounded(from, least, most),
        i1 = rounded(from + 16, least + 16, most + 16);
      const i2 = rounded(from + 32, least + 32, most + 32),
        i3 = rounded(from + 48, least + 48, most + 48);
      if (isReadOut) {
        v128.store(from, f32x4.convert_i32x4_s(i0));
        v128.store(from, f32x4.convert_i32x4_s(i1), 16);
        v128.store(from, f32x4.convert_i32x4_s(i2), 32);
        v128.store(from, f32x4.convert_i32x4_s(i3), 48);
        continue;
      }
      v128.store(target, i16x8.narrow_i32x4_s(i0, i1));
      v128.store(target, i16x8.narrow_i32x4_s(i2, i3), 16);
    }
    place += blocks * 64;
  }
}

function rounded(from: usize, least: usize, most: usize): v128 {
  const nearest = f32x4.nearest(v128.load(from));
  return i32x4.trunc_sat_f32x4_s(f32x4.min(f32x4.max(nearest, v128.load(least)), v128.load(most)));
}
