// Integrate and fire 16 neurons in integers: int16-arithmetic.ts, 3.
import * as D from '../src/wasm/descriptor';
import { fire, spikesAt } from './fire';
import { Zero } from './vectors';

/**
 * Integrates and fires 16 neurons, whose 16-bit currents are at `from`, `apart` bytes from step to step; returns Σ over
 * steps of those that have fired so far.
 *
 * In 16 bits, which saturate, as long as no potential reaches their ends; else the steps are done over in 32 bits.
 */
export function fireInt16(
  layer: usize,
  block: i32,
  word: i32,
  first: i32,
  steps: i32,
  from: usize,
  apart: usize,
  seenAt: usize,
): u64 {
  const potentials: usize = load<i32>(layer + D.LAYER_POTENTIALS) + word * 64;
  const w0 = v128.load(potentials),
    w1 = v128.load(potentials, 16);
  const w2 = v128.load(potentials, 32),
    w3 = v128.load(potentials, 48);
  let v0 = i16x8.narrow_i32x4_s(w0, w1),
    v1 = i16x8.narrow_i32x4_s(w2, w3);
  const theta: usize = load<i32>(layer + D.LAYER_THETA) + block * 64;
  const th0 = i16x8.narrow_i32x4_s(v128.load(theta), v128.load(theta, 16));
  const th1 = i16x8.narrow_i32x4_s(v128.load(theta, 32), v128.load(theta, 48));
  const keep = i32x4.splat(load<i32>(layer + D.LAYER_RESET_MASK));
  let least = i16x8.min_s(v0, v1),
    most = i16x8.max_s(v0, v1);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  let out = spikesAt(layer, block, word, first);
  let seen: u32 = load<u16>(seenAt);
  let sum: u64 = 0;
  let current = from;
  const end = out + steps * blocks * 2;
  for (; out < end; out += blocks * 2) {
    v0 = i16x8.add_sat_s(v0, v128.load(current));
    v1 = i16x8.add_sat_s(v1, v128.load(current, 16));
    least = i16x8.min_s(least, i16x8.min_s(v0, v1));
    most = i16x8.max_s(most, i16x8.max_s(v0, v1));
    const z0 = i16x8.ge_s(v0, th0),
      z1 = i16x8.ge_s(v1, th1);
    v0 = i16x8.sub(v0, v128.and(z0, v128.bitselect(th0, v0, keep)));
    v1 = i16x8.sub(v1, v128.and(z1, v128.bitselect(th1, v1, keep)));
    const spikes: u32 = i8x16.bitmask(i8x16.narrow_i16x8_s(z0, z1));
    store<u16>(out, spikes);
    current += apart;
    seen |= spikes;
    sum += i32.popcnt(seen);
  }
  const hasSaturated = v128.or(i16x8.eq(least, i16x8.splat(-32768)), i16x8.eq(most, i16x8.splat(32767)));
  if (v128.any_true(hasSaturated))
    return fire<i32, Zero>(layer, 0, block, word, first, steps, from, apart, seenAt);
  v128.store(potentials, i32x4.extend_low_i16x8_s(v0));
  v128.store(potentials, i32x4.extend_high_i16x8_s(v0), 16);
  v128.store(potentials, i32x4.extend_low_i16x8_s(v1), 32);
  v128.store(potentials, i32x4.extend_high_i16x8_s(v1), 48);
  store<u16>(seenAt, seen);
  return sum;
}
