// Integrate and fire 16 neurons, in floats (Lane f32: float-order.ts, 3) or in 32-bit integers (i32: int16-arithmetic.ts, 3).
import * as D from '../src/wasm/descriptor';
import { One, Three, Two, Zero } from './vectors';

/**
 * Integrates and fires 16 neurons, whose currents are at `from`, `apart` bytes from step to step, floats or 16-bit integers;
 * returns Σ over steps of those that have fired so far. One identity may add last, the synapse `identity`, in floats: per
 * vector a row of four scales, −0 where there is no spike. `Identities` is Zero or One.
 */
export function fire<Lane, Identities>(
  layer: usize,
  identity: usize,
  block: i32,
  word: i32,
  first: i32,
  steps: i32,
  from: usize,
  apart: usize,
  seenAt: usize,
): u64 {
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const theta: usize = load<i32>(layer + D.LAYER_THETA) + block * 64;
  const th0 = v128.load(theta),
    th1 = v128.load(theta, 16);
  const th2 = v128.load(theta, 32),
    th3 = v128.load(theta, 48);
  const keep = i32x4.splat(load<i32>(layer + D.LAYER_RESET_MASK));
  const potentials: usize = load<i32>(layer + D.LAYER_POTENTIALS) + word * 64;
  let v0 = v128.load(potentials),
    v1 = v128.load(potentials, 16);
  let v2 = v128.load(potentials, 32),
    v3 = v128.load(potentials, 48);
  let stride: usize = 0,
    source: usize = 0,
    scale: usize = 0;
  const hasIdentity = offsetof<Identities>() > 0;
  if (hasIdentity) {
    stride = load<i32>(identity + D.SYNAPSE_STEP_STRIDE);
    source = sourceOf(identity, block, (word - block) / blocks) + <usize>first * stride;
    scale = load<i32>(identity + D.SYNAPSE_WEIGHTS) + block * load<i32>(identity + D.SYNAPSE_BLOCK_STRIDE);
  }
  let out = spikesAt(layer, block, word, first);
  let seen: u32 = load<u16>(seenAt);
  let sum: u64 = 0;
  const end = out + steps * blocks * 2;
  for (; out < end; out += blocks * 2) {
    if (hasIdentity) {
      const mask: u32 = load<u16>(source);
      v0 = f32x4.add(v0, f32x4.add(v128.load(from), v128.load(scale + ((mask & 15) << 4))));
      v1 = f32x4.add(v1, f32x4.add(v128.load(from, 16), v128.load(scale + (mask & 0xf0), 256)));
      v2 = f32x4.add(v2, f32x4.add(v128.load(from, 32), v128.load(scale + ((mask >> 4) & 0xf0), 512)));
      v3 = f32x4.add(v3, f32x4.add(v128.load(from, 48), v128.load(scale + ((mask >> 8) & 0xf0), 768)));
    } else {
      v0 = v128.add<Lane>(v0, currentAt<Lane, Zero>(from));
      v1 = v128.add<Lane>(v1, currentAt<Lane, One>(from));
      v2 = v128.add<Lane>(v2, currentAt<Lane, Two>(from));
      v3 = v128.add<Lane>(v3, currentAt<Lane, Three>(from));
    }
    const z0 = v128.ge<Lane>(v0, th0),
      z1 = v128.ge<Lane>(v1, th1),
      z2 = v128.ge<Lane>(v2, th2),
      z3 = v128.ge<Lane>(v3, th3);
    v0 = v128.bitselect(v128.and(v128.sub<Lane>(v0, th0), keep), v0, z0);
    v1 = v128.bitselect(v128.and(v128.sub<Lane>(v1, th1), keep), v1, z1);
    v2 = v128.bitselect(v128.and(v128.sub<Lane>(v2, th2), keep), v2, z2);
    v3 = v128.bitselect(v128.and(v128.sub<Lane>(v3, th3), keep), v3, z3);
    const spikes: u32 = i8x16.bitmask(
      i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(z0, z1), i16x8.narrow_i32x4_s(z2, z3)),
    );
    store<u16>(out, spikes);
    from += apart;
    if (hasIdentity) source += stride;
    seen |= spikes;
    sum += i32.popcnt(seen);
  }
  v128.store(potentials, v0);
  v128.store(potentials, v1, 16);
  v128.store(potentials, v2, 32);
  v128.store(potentials, v3, 48);
  store<u16>(seenAt, seen);
  return sum;
}

/** Where the spikes of 16 neurons at step `first` go. */
export function spikesAt(layer: usize, block: i32, word: i32, first: i32): usize {
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  return (
    load<i32>(layer + D.LAYER_SPIKES) +
    ((word - block) * load<i32>(layer + D.LAYER_CAPACITY) + first * blocks + block) * 2
  );
}

/** The word of spikes that an identity reads for a block of a place, at the first step in memory. */
function sourceOf(synapse: usize, block: i32, place: i32): usize {
  return (
    load<i32>(synapse + D.SYNAPSE_SOURCE) +
    place * load<i32>(synapse + D.SYNAPSE_PLACE_STRIDE) +
    block * load<i32>(synapse + D.SYNAPSE_SOURCE_BLOCK_STRIDE)
  );
}

/** What flows into four neurons: floats, or 16-bit integers. */
function currentAt<Lane, At>(from: usize): v128 {
  if (isFloat<Lane>()) return v128.load(from, offsetof<At>());
  return v128.load_ext<i16>(from, offsetof<At>() / 2);
}
