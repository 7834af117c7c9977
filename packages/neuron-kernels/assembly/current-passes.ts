// Adding what spikes cause to the currents of one place and 16 channels, [step][16]: float-order.ts, 2.
//
// Each pass adds a few connections over all steps. The steps are independent of each other, so the processor overlaps
// them; and the weights of a few connections, unlike those of all, stay in the first-level cache while they are used
// at every step.
import * as D from '../src/wasm/descriptor';

/** Sets the current of every step to the constant current. */
export function fillCurrents(currents: usize, steps: i32, constant: usize): void {
  const c0 = v128.load(constant), c1 = v128.load(constant, 16);
  const c2 = v128.load(constant, 32), c3 = v128.load(constant, 48);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    v128.store(currents, c0);
    v128.store(currents, c1, 16);
    v128.store(currents, c2, 32);
    v128.store(currents, c3, 48);
  }
}

/** Adds the connections of one synapse, of which `head` tells the kind; returns where the next head is. */
export function addConnections(head: usize, currents: usize, steps: i32): usize {
  const kind = load<i32>(head + D.HEAD_KIND);
  const stride: usize = load<i32>(head + D.HEAD_STEP_STRIDE);
  let pair = head + D.HEAD_BYTES;
  const end = pair + load<i32>(head + D.HEAD_COUNT) * D.CONNECTION_BYTES;
  if (kind == D.KIND_TABLE) {
    for (; pair + 3 * D.CONNECTION_BYTES <= end; pair += 3 * D.CONNECTION_BYTES) {
      addThreeTables(pair, currents, steps, stride);
    }
    for (; pair < end; pair += D.CONNECTION_BYTES) addTable(pair, currents, steps, stride);
  } else if (kind == D.KIND_LIST) {
    for (; pair < end; pair += D.CONNECTION_BYTES) addList(pair, currents, steps, stride);
  } else {
    for (; pair < end; pair += D.CONNECTION_BYTES) addIdentity(pair, currents, steps, stride);
  }
  return end;
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
  let wordA: usize = load<u32>(pair), wordB: usize = load<u32>(pair, 8), wordC: usize = load<u32>(pair, 16);
  const a: usize = load<u32>(pair, 4), b: usize = load<u32>(pair, 12), c: usize = load<u32>(pair, 20);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const maskA: u32 = load<u16>(wordA), maskB: u32 = load<u16>(wordB), maskC: u32 = load<u16>(wordC);
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

/** A list of spikes per step, each a row of weights. */
function addList(pair: usize, currents: usize, steps: i32, stride: usize): void {
  let start: usize = load<u32>(pair);
  const weights: usize = load<u32>(pair, 4);
  const end = currents + steps * 64;
  let entry: usize = load<u32>(start);
  for (; currents < end; currents += 64) {
    start += stride;
    const last: usize = load<u32>(start);
    if (entry == last) continue;
    let s0 = v128.load(currents), s1 = v128.load(currents, 16);
    let s2 = v128.load(currents, 32), s3 = v128.load(currents, 48);
    do {
      const row = weights + load<u32>(entry);
      s0 = f32x4.add(s0, v128.load(row));
      s1 = f32x4.add(s1, v128.load(row, 16));
      s2 = f32x4.add(s2, v128.load(row, 32));
      s3 = f32x4.add(s3, v128.load(row, 48));
      entry += 4;
    } while (entry < last);
    v128.store(currents, s0);
    v128.store(currents, s1, 16);
    v128.store(currents, s2, 32);
    v128.store(currents, s3, 48);
  }
}

/** One word of the same 16 channels: per vector a row of four scales, −0 where there is no spike. */
function addIdentity(pair: usize, currents: usize, steps: i32, stride: usize): void {
  let word: usize = load<u32>(pair);
  const scale: usize = load<u32>(pair, 4);
  const end = currents + steps * 64;
  for (; currents < end; currents += 64) {
    const mask: u32 = load<u16>(word);
    v128.store(currents, f32x4.add(v128.load(currents), v128.load(scale + ((mask & 15) << 4))));
    const s1 = f32x4.add(v128.load(currents, 16), v128.load(scale + (mask & 0xf0), 256));
    const s2 = f32x4.add(v128.load(currents, 32), v128.load(scale + ((mask >> 4) & 0xf0), 512));
    const s3 = f32x4.add(v128.load(currents, 48), v128.load(scale + ((mask >> 8) & 0xf0), 768));
    v128.store(currents, s1, 16);
    v128.store(currents, s2, 32);
    v128.store(currents, s3, 48);
    word += stride;
  }
}
