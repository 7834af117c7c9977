// Adding what spikes cause to the currents of one place and 16 channels, [step][16]: float-order.ts, 2.
//
// Each pass adds a few connections over all steps. The steps are independent of each other, so the processor overlaps
// them; and the weights of a few connections, unlike those of all, stay in the first-level cache while they are used
// at every step.
import * as D from '../src/wasm/descriptor';

/** Sets the current of every step to the constant current. */
export function fillCurrents(currents: usize, steps: i32, constant: usize): void {
  const c0 = v128.load(constant),
    c1 = v128.load(constant, 16);
  const c2 = v128.load(constant, 32),
    c3 = v128.load(constant, 48);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    v128.store(currents, c0);
    v128.store(currents, c1, 16);
    v128.store(currents, c2, 32);
    v128.store(currents, c3, 48);
  }
}

/** Adds connections [pair, end) through tables. */
export function addTables(pair: usize, end: usize, currents: usize, steps: i32, stride: usize): void {
  for (; pair + 3 * D.CONNECTION_BYTES <= end; pair += 3 * D.CONNECTION_BYTES) {
    addThreeTables(pair, currents, steps, stride);
  }
  for (; pair < end; pair += D.CONNECTION_BYTES) addTable(pair, currents, steps, stride);
}

/** One word of 16 source channels: four rows of partial sums, chosen by four bits each. */
function addTable(pair: usize, currents: usize, steps: i32, stride: usize): void {
  let word: usize = load<u32>(pair);
  const table: usize = load<u32>(pair, 4);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const mask: u32 = load<u16>(word);
    const r0 = table + ((mask & 15) << 6);
    const r1 = table + ((mask << 2) & 0x3c0);
    const r2 = table + ((mask >> 2) & 0x3c0);
    const r3 = table + ((mask >> 6) & 0x3c0);
    let s0 = f32x4.add(v128.load(currents), v128.load(r0));
    let s1 = f32x4.add(v128.load(currents, 16), v128.load(r0, 16));
    let s2 = f32x4.add(v128.load(currents, 32), v128.load(r0, 32));
    let s3 = f32x4.add(v128.load(currents, 48), v128.load(r0, 48));
    s0 = f32x4.add(s0, v128.load(r1, 1024));
    s1 = f32x4.add(s1, v128.load(r1, 1040));
    s2 = f32x4.add(s2, v128.load(r1, 1056));
    s3 = f32x4.add(s3, v128.load(r1, 1072));
    s0 = f32x4.add(s0, v128.load(r2, 2048));
    s1 = f32x4.add(s1, v128.load(r2, 2064));
    s2 = f32x4.add(s2, v128.load(r2, 2080));
    s3 = f32x4.add(s3, v128.load(r2, 2096));
    v128.store(currents, f32x4.add(s0, v128.load(r3, 3072)));
    v128.store(currents, f32x4.add(s1, v128.load(r3, 3088)), 16);
    v128.store(currents, f32x4.add(s2, v128.load(r3, 3104)), 32);
    v128.store(currents, f32x4.add(s3, v128.load(r3, 3120)), 48);
    word += stride;
  }
}

/** Three words at once: the currents are loaded and stored once for twelve rows. */
function addThreeTables(pair: usize, currents: usize, steps: i32, stride: usize): void {
  let wordA: usize = load<u32>(pair),
    wordB: usize = load<u32>(pair, 12),
    wordC: usize = load<u32>(pair, 24);
  const a: usize = load<u32>(pair, 4),
    b: usize = load<u32>(pair, 16),
    c: usize = load<u32>(pair, 28);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const maskA: u32 = load<u16>(wordA),
      maskB: u32 = load<u16>(wordB),
      maskC: u32 = load<u16>(wordC);
    let r = a + ((maskA & 15) << 6);
    let s0 = f32x4.add(v128.load(currents), v128.load(r));
    let s1 = f32x4.add(v128.load(currents, 16), v128.load(r, 16));
    let s2 = f32x4.add(v128.load(currents, 32), v128.load(r, 32));
    let s3 = f32x4.add(v128.load(currents, 48), v128.load(r, 48));
    r = a + ((maskA << 2) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 1024));
    s1 = f32x4.add(s1, v128.load(r, 1040));
    s2 = f32x4.add(s2, v128.load(r, 1056));
    s3 = f32x4.add(s3, v128.load(r, 1072));
    r = a + ((maskA >> 2) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 2048));
    s1 = f32x4.add(s1, v128.load(r, 2064));
    s2 = f32x4.add(s2, v128.load(r, 2080));
    s3 = f32x4.add(s3, v128.load(r, 2096));
    r = a + ((maskA >> 6) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 3072));
    s1 = f32x4.add(s1, v128.load(r, 3088));
    s2 = f32x4.add(s2, v128.load(r, 3104));
    s3 = f32x4.add(s3, v128.load(r, 3120));
    r = b + ((maskB & 15) << 6);
    s0 = f32x4.add(s0, v128.load(r));
    s1 = f32x4.add(s1, v128.load(r, 16));
    s2 = f32x4.add(s2, v128.load(r, 32));
    s3 = f32x4.add(s3, v128.load(r, 48));
    r = b + ((maskB << 2) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 1024));
    s1 = f32x4.add(s1, v128.load(r, 1040));
    s2 = f32x4.add(s2, v128.load(r, 1056));
    s3 = f32x4.add(s3, v128.load(r, 1072));
    r = b + ((maskB >> 2) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 2048));
    s1 = f32x4.add(s1, v128.load(r, 2064));
    s2 = f32x4.add(s2, v128.load(r, 2080));
    s3 = f32x4.add(s3, v128.load(r, 2096));
    r = b + ((maskB >> 6) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 3072));
    s1 = f32x4.add(s1, v128.load(r, 3088));
    s2 = f32x4.add(s2, v128.load(r, 3104));
    s3 = f32x4.add(s3, v128.load(r, 3120));
    r = c + ((maskC & 15) << 6);
    s0 = f32x4.add(s0, v128.load(r));
    s1 = f32x4.add(s1, v128.load(r, 16));
    s2 = f32x4.add(s2, v128.load(r, 32));
    s3 = f32x4.add(s3, v128.load(r, 48));
    r = c + ((maskC << 2) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 1024));
    s1 = f32x4.add(s1, v128.load(r, 1040));
    s2 = f32x4.add(s2, v128.load(r, 1056));
    s3 = f32x4.add(s3, v128.load(r, 1072));
    r = c + ((maskC >> 2) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 2048));
    s1 = f32x4.add(s1, v128.load(r, 2064));
    s2 = f32x4.add(s2, v128.load(r, 2080));
    s3 = f32x4.add(s3, v128.load(r, 2096));
    r = c + ((maskC >> 6) & 0x3c0);
    s0 = f32x4.add(s0, v128.load(r, 3072));
    s1 = f32x4.add(s1, v128.load(r, 3088));
    s2 = f32x4.add(s2, v128.load(r, 3104));
    s3 = f32x4.add(s3, v128.load(r, 3120));
    v128.store(currents, s0);
    v128.store(currents, s1, 16);
    v128.store(currents, s2, 32);
    v128.store(currents, s3, 48);
    wordA += stride;
    wordB += stride;
    wordC += stride;
  }
}

/** Adds connections [pair, end) through lists: every entry chooses a row of weights. */
export function addLists(pair: usize, end: usize, currents: usize, steps: i32, stride: usize): void {
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let start: usize = load<u32>(pair);
    const weights: usize = load<u32>(pair, 4);
    const span: usize = load<u32>(pair, 8);
    const endCurrents = currents + steps * 64;
    for (let current = currents; current < endCurrents; current += 64) {
      let entry: usize = load<u32>(start);
      const last: usize = load<u32>(start + span);
      start += stride;
      if (entry == last) continue;
      let s0 = v128.load(current);
      let s1 = v128.load(current, 16);
      let s2 = v128.load(current, 32);
      let s3 = v128.load(current, 48);
      do {
        const row = weights + load<u32>(entry);
        s0 = f32x4.add(s0, v128.load(row));
        s1 = f32x4.add(s1, v128.load(row, 16));
        s2 = f32x4.add(s2, v128.load(row, 32));
        s3 = f32x4.add(s3, v128.load(row, 48));
        entry += 4;
      } while (entry < last);
      v128.store(current, s0);
      v128.store(current, s1, 16);
      v128.store(current, s2, 32);
      v128.store(current, s3, 48);
    }
  }
}

/** The same for two blocks at once, whose weights are `apart` bytes apart and whose currents `width` bytes. */
export function addListsTwice(
  pair: usize,
  end: usize,
  currents: usize,
  steps: i32,
  stride: usize,
  apart: usize,
  width: usize,
): void {
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let start: usize = load<u32>(pair);
    const weights: usize = load<u32>(pair, 4);
    const span: usize = load<u32>(pair, 8);
    const endCurrents = currents + steps * 64;
    let second = currents + width;
    for (let current = currents; current < endCurrents; current += 64) {
      let entry: usize = load<u32>(start);
      const last: usize = load<u32>(start + span);
      start += stride;
      let s0 = v128.load(current),
        s1 = v128.load(current, 16);
      let s2 = v128.load(current, 32),
        s3 = v128.load(current, 48);
      let s4 = v128.load(second),
        s5 = v128.load(second, 16);
      let s6 = v128.load(second, 32),
        s7 = v128.load(second, 48);
      for (; entry < last; entry += 4) {
        const row = weights + load<u32>(entry);
        s0 = f32x4.add(s0, v128.load(row));
        s1 = f32x4.add(s1, v128.load(row, 16));
        s2 = f32x4.add(s2, v128.load(row, 32));
        s3 = f32x4.add(s3, v128.load(row, 48));
        const other = row + apart;
        s4 = f32x4.add(s4, v128.load(other));
        s5 = f32x4.add(s5, v128.load(other, 16));
        s6 = f32x4.add(s6, v128.load(other, 32));
        s7 = f32x4.add(s7, v128.load(other, 48));
      }
      v128.store(current, s0);
      v128.store(current, s1, 16);
      v128.store(current, s2, 32);
      v128.store(current, s3, 48);
      v128.store(second, s4);
      v128.store(second, s5, 16);
      v128.store(second, s6, 32);
      v128.store(second, s7, 48);
      second += 64;
    }
  }
}

/** Adds connections [pair, end) of an identity: per vector a row of four scales, −0 where there is no spike. */
export function addIdentities(pair: usize, end: usize, currents: usize, steps: i32, stride: usize): void {
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let word: usize = load<u32>(pair);
    const scale: usize = load<u32>(pair, 4);
    const endCurrents = currents + steps * 64;
    for (let current = currents; current < endCurrents; current += 64) {
      const mask: u32 = load<u16>(word);
      const s0 = f32x4.add(v128.load(current), v128.load(scale + ((mask & 15) << 4)));
      const s1 = f32x4.add(v128.load(current, 16), v128.load(scale + (mask & 0xf0), 256));
      const s2 = f32x4.add(v128.load(current, 32), v128.load(scale + ((mask >> 4) & 0xf0), 512));
      const s3 = f32x4.add(v128.load(current, 48), v128.load(scale + ((mask >> 8) & 0xf0), 768));
      v128.store(current, s0);
      v128.store(current, s1, 16);
      v128.store(current, s2, 32);
      v128.store(current, s3, 48);
      word += stride;
    }
  }
}
