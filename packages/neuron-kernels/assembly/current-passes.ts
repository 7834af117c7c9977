// Adding what spikes cause to the currents of one place and 16 channels, [step][16]: float-order.ts, 2.
//
// Each pass adds a few connections over all steps. The steps are independent of each other, so the processor overlaps
// them; and the weights of a few connections, unlike those of all, stay in the first-level cache while they are used
// at every step.
//
// A pass reads what it adds to at `from`, `apart` bytes from step to step: the first one of a place the constant current
// (0 bytes apart), the others the currents. It returns where the sums are: `currents`, or `from` if there was nothing.
import * as D from '../src/wasm/descriptor';

/** Adds connections [pair, end) through tables. */
export function addTables(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): usize {
  for (; pair + 3 * D.CONNECTION_BYTES <= end; pair += 3 * D.CONNECTION_BYTES) {
    addThreeTables(pair, from, from == currents ? 64 : 0, currents, steps, stride);
    from = currents;
  }
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    addTable(pair, from, from == currents ? 64 : 0, currents, steps, stride);
    from = currents;
  }
  return from;
}

/** One word of 16 source channels: two rows of partial sums, chosen by eight bits each. */
function addTable(pair: usize, from: usize, apart: usize, currents: usize, steps: i32, stride: usize): void {
  let wordA: usize = load<u32>(pair);
  const a: usize = load<u32>(pair, 4);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const maskA: u32 = load<u16>(wordA);
    const a0 = a + ((maskA & 0xff) << 6),
      a1 = a + ((maskA >> 2) & 0x3fc0);
    let s = f32x4.add(v128.load(from), v128.load(a0));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES));
    v128.store(currents, s);
    s = f32x4.add(v128.load(from, 16), v128.load(a0, 16));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 16));
    v128.store(currents, s, 16);
    s = f32x4.add(v128.load(from, 32), v128.load(a0, 32));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 32));
    v128.store(currents, s, 32);
    s = f32x4.add(v128.load(from, 48), v128.load(a0, 48));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 48));
    v128.store(currents, s, 48);
    from += apart;
    wordA += stride;
  }
}

/** Three words at once: the currents are loaded and stored once for six rows. */
function addThreeTables(
  pair: usize,
  from: usize,
  apart: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  let wordA: usize = load<u32>(pair),
    wordB: usize = load<u32>(pair, 12),
    wordC: usize = load<u32>(pair, 24);
  const a: usize = load<u32>(pair, 4),
    b: usize = load<u32>(pair, 16),
    c: usize = load<u32>(pair, 28);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const maskA: u32 = load<u16>(wordA);
    const maskB: u32 = load<u16>(wordB);
    const maskC: u32 = load<u16>(wordC);
    const a0 = a + ((maskA & 0xff) << 6),
      a1 = a + ((maskA >> 2) & 0x3fc0);
    const b0 = b + ((maskB & 0xff) << 6),
      b1 = b + ((maskB >> 2) & 0x3fc0);
    const c0 = c + ((maskC & 0xff) << 6),
      c1 = c + ((maskC >> 2) & 0x3fc0);
    let s = f32x4.add(v128.load(from), v128.load(a0));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES));
    s = f32x4.add(s, v128.load(b0));
    s = f32x4.add(s, v128.load(b1, D.TABLE_GROUP_BYTES));
    s = f32x4.add(s, v128.load(c0));
    s = f32x4.add(s, v128.load(c1, D.TABLE_GROUP_BYTES));
    v128.store(currents, s);
    s = f32x4.add(v128.load(from, 16), v128.load(a0, 16));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 16));
    s = f32x4.add(s, v128.load(b0, 16));
    s = f32x4.add(s, v128.load(b1, D.TABLE_GROUP_BYTES + 16));
    s = f32x4.add(s, v128.load(c0, 16));
    s = f32x4.add(s, v128.load(c1, D.TABLE_GROUP_BYTES + 16));
    v128.store(currents, s, 16);
    s = f32x4.add(v128.load(from, 32), v128.load(a0, 32));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 32));
    s = f32x4.add(s, v128.load(b0, 32));
    s = f32x4.add(s, v128.load(b1, D.TABLE_GROUP_BYTES + 32));
    s = f32x4.add(s, v128.load(c0, 32));
    s = f32x4.add(s, v128.load(c1, D.TABLE_GROUP_BYTES + 32));
    v128.store(currents, s, 32);
    s = f32x4.add(v128.load(from, 48), v128.load(a0, 48));
    s = f32x4.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 48));
    s = f32x4.add(s, v128.load(b0, 48));
    s = f32x4.add(s, v128.load(b1, D.TABLE_GROUP_BYTES + 48));
    s = f32x4.add(s, v128.load(c0, 48));
    s = f32x4.add(s, v128.load(c1, D.TABLE_GROUP_BYTES + 48));
    v128.store(currents, s, 48);
    from += apart;
    wordA += stride;
    wordB += stride;
    wordC += stride;
  }
}

/**
 * Adds connections [pair, end) through lists: every entry chooses a row of weights. One block at a time: the compiler of
 * Node 20 keeps no more than six vectors of sums in registers.
 */
export function addLists(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): usize {
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let start: usize = load<u32>(pair);
    const weights: usize = load<u32>(pair, 4);
    const span: usize = load<u32>(pair, 8);
    const apart: usize = from == currents ? 64 : 0;
    const endCurrents = currents + steps * 64;
    for (let current = currents; current < endCurrents; current += 64) {
      let entry: usize = load<u32>(start);
      const last: usize = load<u32>(start + span);
      let s0 = v128.load(from);
      let s1 = v128.load(from, 16);
      let s2 = v128.load(from, 32);
      let s3 = v128.load(from, 48);
      for (; entry < last; entry += 4) {
        const row = weights + load<u32>(entry);
        s0 = f32x4.add(s0, v128.load(row));
        s1 = f32x4.add(s1, v128.load(row, 16));
        s2 = f32x4.add(s2, v128.load(row, 32));
        s3 = f32x4.add(s3, v128.load(row, 48));
      }
      v128.store(current, s0);
      v128.store(current, s1, 16);
      v128.store(current, s2, 32);
      v128.store(current, s3, 48);
      start += stride;
      from += apart;
    }
    from = currents;
  }
  return from;
}

/** Adds connections [pair, end) of an identity: per vector a row of four scales, −0 where there is no spike. */
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
