// Adding what spikes cause to the currents of one place, [step][Row]: float-order.ts, 2, in floats (Lane f32), and
// int16-arithmetic.ts, 2, in integers that wrap around (Lane i16). A row of sums is as long as a row of weights: that of one
// block of 16 floats, of two blocks of integers, or, in a layer of one block, of 16 integers.
//
// Each pass adds a few connections over all steps. The steps are independent of each other, so the processor overlaps
// them; and the weights of a few connections, unlike those of all, stay in the first-level cache while they are used
// at every step.
//
// A pass reads what it adds to at `from`, `apart` bytes from step to step: the first one of a place the constant current
// (0 bytes apart), the others the currents. It returns where the sums are: `currents`, or `from` if there was nothing.
//
// The compiler puts the small functions below into the loops that call them.
import * as D from '../src/wasm/descriptor';
import { Four, One, Three, Two, Zero } from './vectors';

/** Adds connections [pair, end) through tables. */
export function addTables<Lane, Row>(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): usize {
  for (; pair + 3 * D.CONNECTION_BYTES <= end; pair += 3 * D.CONNECTION_BYTES) {
    addThreeTables<Lane, Row>(pair, from, from == currents ? offsetof<Row>() : 0, currents, steps, stride);
    from = currents;
  }
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    addTable<Lane, Row>(pair, from, from == currents ? offsetof<Row>() : 0, currents, steps, stride);
    from = currents;
  }
  return from;
}

/** One word of 16 source channels: two rows of partial sums, chosen by eight bits each. */
function addTable<Lane, Row>(
  pair: usize,
  from: usize,
  apart: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): void {
  let wordA: usize = load<u32>(pair);
  const a: usize = load<u32>(pair, 4);
  const end = currents + <usize>steps * offsetof<Row>();
  for (; currents < end; currents += offsetof<Row>()) {
    const maskA: u32 = load<u16>(wordA);
    const a0 = a + lowRow<Row>(maskA),
      a1 = a + highRow<Row>(maskA);
    addTwoRows<Lane, Row, Zero>(from, a0, a1, currents);
    addTwoRows<Lane, Row, One>(from, a0, a1, currents);
    if (offsetof<Row>() > offsetof<Two>()) {
      addTwoRows<Lane, Row, Two>(from, a0, a1, currents);
      addTwoRows<Lane, Row, Three>(from, a0, a1, currents);
    }
    from += apart;
    wordA += stride;
  }
}

/** Three words at once: the currents are loaded and stored once for six rows. */
function addThreeTables<Lane, Row>(
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
  const end = currents + <usize>steps * offsetof<Row>();
  for (; currents < end; currents += offsetof<Row>()) {
    const maskA: u32 = load<u16>(wordA);
    const maskB: u32 = load<u16>(wordB);
    const maskC: u32 = load<u16>(wordC);
    const a0 = a + lowRow<Row>(maskA),
      a1 = a + highRow<Row>(maskA);
    const b0 = b + lowRow<Row>(maskB),
      b1 = b + highRow<Row>(maskB);
    const c0 = c + lowRow<Row>(maskC),
      c1 = c + highRow<Row>(maskC);
    addSixRows<Lane, Row, Zero>(from, a0, a1, b0, b1, c0, c1, currents);
    addSixRows<Lane, Row, One>(from, a0, a1, b0, b1, c0, c1, currents);
    if (offsetof<Row>() > offsetof<Two>()) {
      addSixRows<Lane, Row, Two>(from, a0, a1, b0, b1, c0, c1, currents);
      addSixRows<Lane, Row, Three>(from, a0, a1, b0, b1, c0, c1, currents);
    }
    from += apart;
    wordA += stride;
    wordB += stride;
    wordC += stride;
  }
}

/** Bytes from the first row of a table to the one that the lower eight spikes of a word choose. */
function lowRow<Row>(mask: u32): u32 {
  return (mask & 0xff) * u32(offsetof<Row>());
}

/** The same for the upper eight spikes, from the first row of their table. */
function highRow<Row>(mask: u32): u32 {
  return (mask / (256 / u32(offsetof<Row>()))) & (0xff * u32(offsetof<Row>()));
}

/** The vector of the sums at `At`: one vector at a time, and a store after each sum, keep the compiler from spilling. */
function addTwoRows<Lane, Row, At>(from: usize, a0: usize, a1: usize, currents: usize): void {
  v128.store(currents, addWord<Lane, Row, At>(v128.load(from, offsetof<At>()), a0, a1), offsetof<At>());
}

function addSixRows<Lane, Row, At>(
  from: usize,
  a0: usize,
  a1: usize,
  b0: usize,
  b1: usize,
  c0: usize,
  c1: usize,
  currents: usize,
): void {
  let s = addWord<Lane, Row, At>(v128.load(from, offsetof<At>()), a0, a1);
  s = addWord<Lane, Row, At>(s, b0, b1);
  s = addWord<Lane, Row, At>(s, c0, c1);
  v128.store(currents, s, offsetof<At>());
}

/** Adds a vector of each of the two rows of one word. */
function addWord<Lane, Row, At>(s: v128, low: usize, high: usize): v128 {
  // Rows of integers may be half as long as those of floats, and so may their tables.
  const group = D.TABLE_GROUP_BYTES / (offsetof<Four>() / offsetof<Row>());
  s = v128.add<Lane>(s, v128.load(low, offsetof<At>()));
  return v128.add<Lane>(s, v128.load(high, group + offsetof<At>()));
}

/**
 * Adds connections [pair, end) through lists: every entry, which counts rows of four vectors, chooses a row of weights. One row
 * of sums at a time: the compiler of Node 20 keeps no more than six vectors of sums in registers.
 */
export function addLists<Lane, Row>(
  pair: usize,
  end: usize,
  from: usize,
  currents: usize,
  steps: i32,
  stride: usize,
): usize {
  const isWide = offsetof<Row>() > offsetof<Two>();
  for (; pair < end; pair += D.CONNECTION_BYTES) {
    let start: usize = load<u32>(pair);
    const weights: usize = load<u32>(pair, 4);
    const span: usize = load<u32>(pair, 8);
    const apart: usize = from == currents ? offsetof<Row>() : 0;
    const endCurrents = currents + <usize>steps * offsetof<Row>();
    for (let current = currents; current < endCurrents; current += offsetof<Row>()) {
      let entry: usize = load<u32>(start);
      const last: usize = load<u32>(start + span);
      let s0 = v128.load(from);
      let s1 = v128.load(from, 16);
      let s2 = isWide ? v128.load(from, 32) : s0;
      let s3 = isWide ? v128.load(from, 48) : s1;
      for (; entry < last; entry += 4) {
        const row = weights + load<u32>(entry) / u32(offsetof<Four>() / offsetof<Row>());
        s0 = v128.add<Lane>(s0, v128.load(row));
        s1 = v128.add<Lane>(s1, v128.load(row, 16));
        if (isWide) {
          s2 = v128.add<Lane>(s2, v128.load(row, 32));
          s3 = v128.add<Lane>(s3, v128.load(row, 48));
        }
      }
      v128.store(current, s0);
      v128.store(current, s1, 16);
      if (isWide) {
        v128.store(current, s2, 32);
        v128.store(current, s3, 48);
      }
      start += stride;
      from += apart;
    }
    from = currents;
  }
  return from;
}
