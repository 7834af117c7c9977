// Adding the spikes of an identity to the currents of one place: passes as in passes.ts.
import * as D from '../src/wasm/descriptor';
import { Two } from './vectors';

/** Adds connections [pair, end) in floats: per vector a row of four scales, −0 where there is no spike. */
export function addIdentities(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): usize {
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let word: usize = load<u32>(pair);
    const scale: usize = load<u32>(pair, 4);
    const apart: usize = from == currents ? 64 : 0;
    const endCurrents = currents + steps * 64;
    for (let current = currents; current < endCurrents; current += 64) {
      const mask: u32 = load<u16>(word);
      const s0 = f32x4.add(v128.load(from), v128.load(scale + ((mask & 15) << 4)));
      const s1 = f32x4.add(v128.load(from, 16), v128.load(scale + (mask & 0xf0), 256));
      const s2 = f32x4.add(v128.load(from, 32), v128.load(scale + ((mask >> 4) & 0xf0), 512));
      const s3 = f32x4.add(v128.load(from, 48), v128.load(scale + ((mask >> 8) & 0xf0), 768));
      v128.store(current, s0);
      v128.store(current, s1, 16);
      v128.store(current, s2, 32);
      v128.store(current, s3, 48);
      word += stride;
      from += apart;
    }
    from = currents;
  }
  return from;
}

/**
 * Adds connections [pair, end) in integers, in place, to 16 of the channels at `currents`: the scale of every channel whose
 * bit is set.
 */
export function addInt16Identities<Row>(
  pair: usize,
  end: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  const low = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  const high = i16x8.shl(low, 8);
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let word: usize = load<u32>(pair);
    const scale: usize = load<u32>(pair, 4);
    const c0 = v128.load(scale),
      c1 = v128.load(scale, 16);
    let current = currents;
    for (let step = 0; step < steps; step++) {
      const mask = i16x8.splat(load<i16>(word));
      const z0 = i16x8.eq(v128.and(mask, low), low),
        z1 = i16x8.eq(v128.and(mask, high), high);
      v128.store(current, i16x8.add(v128.load(current), v128.and(z0, c0)));
      v128.store(current, i16x8.add(v128.load(current, 16), v128.and(z1, c1)), 16);
      word += stride;
      current += offsetof<Row>();
    }
  }
}

/** Copies a constant current to every step, where what follows adds in place; returns `currents`. */
export function spread<Row>(from: usize, currents: usize, steps: i32): usize {
  const isWide = offsetof<Row>() > offsetof<Two>();
  const s0 = v128.load(from),
    s1 = v128.load(from, 16);
  const s2 = isWide ? v128.load(from, 32) : s0,
    s3 = isWide ? v128.load(from, 48) : s1;
  const end = currents + <usize>steps * offsetof<Row>();
  for (let current = currents; current < end; current += offsetof<Row>()) {
    v128.store(current, s0);
    v128.store(current, s1, 16);
    if (isWide) {
      v128.store(current, s2, 32);
      v128.store(current, s3, 48);
    }
  }
  return currents;
}
