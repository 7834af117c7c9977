// Adding what spikes cause to the integer currents of one place, [step][16] or [step][32]: int16-arithmetic.ts, 2. The passes
// of current-passes.ts, in 16-bit lanes that wrap around: two blocks of 16 channels fill the four vectors that one block
// of floats does, with the same bytes in a row of weights; the only block of a narrow layer fills two.
import * as D from '../src/wasm/descriptor';

/** Adds connections [pair, end) through tables; `row` is the bytes of a row of weights, 64 or 32. */
export function addInt16Tables(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
  row: usize,
): usize {
  const isWide = row == 64;
  for (; pair + 3 * D.CONNECTION_BYTES <= end; pair += 3 * D.CONNECTION_BYTES) {
    const apart = from == currents ? row : 0;
    if (isWide) addThreeWideTables(pair, from, apart, currents, steps, stride);
    else addThreeNarrowTables(pair, from, apart, currents, steps, stride);
    from = currents;
  }
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    const apart = from == currents ? row : 0;
    if (isWide) addWideTable(pair, from, apart, currents, steps, stride);
    else addNarrowTable(pair, from, apart, currents, steps, stride);
    from = currents;
  }
  return from;
}

/** Three words of 16 source channels: six rows of 64 bytes, chosen by eight bits each. */
function addThreeWideTables(
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
    let s = i16x8.add(v128.load(from), v128.load(a0));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES));
    s = i16x8.add(s, v128.load(b0));
    s = i16x8.add(s, v128.load(b1, D.TABLE_GROUP_BYTES));
    s = i16x8.add(s, v128.load(c0));
    s = i16x8.add(s, v128.load(c1, D.TABLE_GROUP_BYTES));
    v128.store(currents, s);
    s = i16x8.add(v128.load(from, 16), v128.load(a0, 16));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 16));
    s = i16x8.add(s, v128.load(b0, 16));
    s = i16x8.add(s, v128.load(b1, D.TABLE_GROUP_BYTES + 16));
    s = i16x8.add(s, v128.load(c0, 16));
    s = i16x8.add(s, v128.load(c1, D.TABLE_GROUP_BYTES + 16));
    v128.store(currents, s, 16);
    s = i16x8.add(v128.load(from, 32), v128.load(a0, 32));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 32));
    s = i16x8.add(s, v128.load(b0, 32));
    s = i16x8.add(s, v128.load(b1, D.TABLE_GROUP_BYTES + 32));
    s = i16x8.add(s, v128.load(c0, 32));
    s = i16x8.add(s, v128.load(c1, D.TABLE_GROUP_BYTES + 32));
    v128.store(currents, s, 32);
    s = i16x8.add(v128.load(from, 48), v128.load(a0, 48));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 48));
    s = i16x8.add(s, v128.load(b0, 48));
    s = i16x8.add(s, v128.load(b1, D.TABLE_GROUP_BYTES + 48));
    s = i16x8.add(s, v128.load(c0, 48));
    s = i16x8.add(s, v128.load(c1, D.TABLE_GROUP_BYTES + 48));
    v128.store(currents, s, 48);
    from += apart;
    wordA += stride;
    wordB += stride;
    wordC += stride;
  }
}

/** One word of 16 source channels: two rows. */
function addWideTable(
  pair: usize,
  from: usize,
  apart: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  let wordA: usize = load<u32>(pair);
  const a: usize = load<u32>(pair, 4);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const maskA: u32 = load<u16>(wordA);
    const a0 = a + ((maskA & 0xff) << 6),
      a1 = a + ((maskA >> 2) & 0x3fc0);
    let s = i16x8.add(v128.load(from), v128.load(a0));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES));
    v128.store(currents, s);
    s = i16x8.add(v128.load(from, 16), v128.load(a0, 16));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 16));
    v128.store(currents, s, 16);
    s = i16x8.add(v128.load(from, 32), v128.load(a0, 32));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 32));
    v128.store(currents, s, 32);
    s = i16x8.add(v128.load(from, 48), v128.load(a0, 48));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES + 48));
    v128.store(currents, s, 48);
    from += apart;
    wordA += stride;
  }
}

/** Three words of 16 source channels: six rows of 32 bytes, chosen by eight bits each. */
function addThreeNarrowTables(
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
  const end = currents + steps * 32;
  for (; currents < end; currents += 32) {
    const maskA: u32 = load<u16>(wordA);
    const maskB: u32 = load<u16>(wordB);
    const maskC: u32 = load<u16>(wordC);
    const a0 = a + ((maskA & 0xff) << 5),
      a1 = a + ((maskA >> 3) & 0x1fe0);
    const b0 = b + ((maskB & 0xff) << 5),
      b1 = b + ((maskB >> 3) & 0x1fe0);
    const c0 = c + ((maskC & 0xff) << 5),
      c1 = c + ((maskC >> 3) & 0x1fe0);
    let s = i16x8.add(v128.load(from), v128.load(a0));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES / 2));
    s = i16x8.add(s, v128.load(b0));
    s = i16x8.add(s, v128.load(b1, D.TABLE_GROUP_BYTES / 2));
    s = i16x8.add(s, v128.load(c0));
    s = i16x8.add(s, v128.load(c1, D.TABLE_GROUP_BYTES / 2));
    v128.store(currents, s);
    s = i16x8.add(v128.load(from, 16), v128.load(a0, 16));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES / 2 + 16));
    s = i16x8.add(s, v128.load(b0, 16));
    s = i16x8.add(s, v128.load(b1, D.TABLE_GROUP_BYTES / 2 + 16));
    s = i16x8.add(s, v128.load(c0, 16));
    s = i16x8.add(s, v128.load(c1, D.TABLE_GROUP_BYTES / 2 + 16));
    v128.store(currents, s, 16);
    from += apart;
    wordA += stride;
    wordB += stride;
    wordC += stride;
  }
}

/** One word of 16 source channels: two rows. */
function addNarrowTable(
  pair: usize,
  from: usize,
  apart: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  let wordA: usize = load<u32>(pair);
  const a: usize = load<u32>(pair, 4);
  const end = currents + steps * 32;
  for (; currents < end; currents += 32) {
    const maskA: u32 = load<u16>(wordA);
    const a0 = a + ((maskA & 0xff) << 5),
      a1 = a + ((maskA >> 3) & 0x1fe0);
    let s = i16x8.add(v128.load(from), v128.load(a0));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES / 2));
    v128.store(currents, s);
    s = i16x8.add(v128.load(from, 16), v128.load(a0, 16));
    s = i16x8.add(s, v128.load(a1, D.TABLE_GROUP_BYTES / 2 + 16));
    v128.store(currents, s, 16);
    from += apart;
    wordA += stride;
  }
}

/** Adds connections [pair, end) through lists, whose entries count rows of 64 bytes. */
export function addInt16Lists(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
  row: usize,
): usize {
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    const apart = from == currents ? row : 0;
    if (row == 64) addWideList(pair, from, apart, currents, steps, stride);
    else addNarrowList(pair, from, apart, currents, steps, stride);
    from = currents;
  }
  return from;
}

/** One list per step: every entry chooses a row of 64 bytes. */
function addWideList(
  pair: usize,
  from: usize,
  apart: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  let start: usize = load<u32>(pair);
  const weights: usize = load<u32>(pair, 4);
  const span: usize = load<u32>(pair, 8);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    let entry: usize = load<u32>(start);
    const last: usize = load<u32>(start + span);
    let s0 = v128.load(from),
      s1 = v128.load(from, 16);
    let s2 = v128.load(from, 32),
      s3 = v128.load(from, 48);
    for (; entry < last; entry += 4) {
      const row = weights + load<u32>(entry);
      s0 = i16x8.add(s0, v128.load(row));
      s1 = i16x8.add(s1, v128.load(row, 16));
      s2 = i16x8.add(s2, v128.load(row, 32));
      s3 = i16x8.add(s3, v128.load(row, 48));
    }
    v128.store(currents, s0);
    v128.store(currents, s1, 16);
    v128.store(currents, s2, 32);
    v128.store(currents, s3, 48);
    start += stride;
    from += apart;
  }
}

/** The same with rows of 32 bytes. */
function addNarrowList(
  pair: usize,
  from: usize,
  apart: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  let start: usize = load<u32>(pair);
  const weights: usize = load<u32>(pair, 4);
  const span: usize = load<u32>(pair, 8);
  const end = currents + steps * 32;
  for (; currents < end; currents += 32) {
    let entry: usize = load<u32>(start);
    const last: usize = load<u32>(start + span);
    let s0 = v128.load(from),
      s1 = v128.load(from, 16);
    for (; entry < last; entry += 4) {
      const row = weights + (load<u32>(entry) >> 1);
      s0 = i16x8.add(s0, v128.load(row));
      s1 = i16x8.add(s1, v128.load(row, 16));
    }
    v128.store(currents, s0);
    v128.store(currents, s1, 16);
    start += stride;
    from += apart;
  }
}

/**
 * Adds connections [pair, end) of an identity to 16 of the channels at `currents`, `apart` bytes from step to step: the
 * scale of every channel whose bit is set.
 */
export function addInt16Identities(
  pair: usize,
  end: usize,
  currents: usize,
  apart: usize,
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
      current += apart;
    }
  }
}

/** Copies a constant current to every step, where what follows adds in place; returns `currents`. */
export function spreadInt16(from: usize, currents: usize, steps: i32, row: i32): usize {
  const s0 = v128.load(from),
    s1 = v128.load(from, 16);
  const s2 = v128.load(from, 32),
    s3 = v128.load(from, 48);
  const end = currents + steps * row;
  for (let current = currents; current < end; current += row) {
    v128.store(current, s0);
    v128.store(current, s1, 16);
    if (row == 32) continue;
    v128.store(current, s2, 32);
    v128.store(current, s3, 48);
  }
  return currents;
}
