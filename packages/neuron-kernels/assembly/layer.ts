// Convolve, integrate and fire over several steps: float-order.ts, 2 and 3.
import * as D from '../src/wasm/descriptor';
import { collect, collectLists } from './connections';
import { addIdentities, addLists, addTables } from './current-passes';

/**
 * Runs `steps` steps of the blocks [firstBlock, endBlock) of a layer, starting at step `first` of the piece of T whose
 * spikes are in memory. Adds Σ over steps of the neurons that have fired to statistics[0], and their number at the end to
 * statistics[1], which begins anew with block 0 (f64). The read-out does not fire; it writes its potentials,
 * [steps][place][blocks · 16], to `logits`.
 */
export function runLayer(
  layer: usize,
  first: i32,
  steps: i32,
  firstBlock: i32,
  endBlock: i32,
  statistics: usize,
  logits: usize,
): void {
  const height = load<i32>(layer + D.LAYER_HEIGHT);
  const width = load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const isReadOut = load<i32>(layer + D.LAYER_IS_READ_OUT);
  const currents: usize = load<i32>(layer + D.LAYER_CURRENTS);
  const seen: usize = load<i32>(layer + D.LAYER_SEEN);
  const identity = lastIdentity(layer);
  let sum: u64 = 0;
  let fired: u64 = 0;
  // All places of a block before the next block: the weights of one block are in a cache, those of all may not be.
  for (let block = firstBlock; block < endBlock; block++) {
    let word = block;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = integrateCurrents(layer, identity, block, row, column, first, steps);
        const apart: usize = from == currents ? 64 : 0;
        if (isReadOut) {
          accumulate(layer, word, steps, from, apart, logits + word * 64);
        } else {
          sum += identity
            ? fireWithIdentity(layer, identity, block, word, first, steps, from, apart, seen + word * 2)
            : fire(layer, block, word, first, steps, from, apart, seen + word * 2);
          fired += i32.popcnt(load<u16>(seen + word * 2));
        }
        word += blocks;
      }
    }
  }
  addFiring(statistics, firstBlock, sum, fired);
}

/** Adds what some blocks did to the statistics of a layer. */
export function addFiring(statistics: usize, firstBlock: i32, sum: u64, fired: u64): void {
  store<f64>(statistics, load<f64>(statistics) + f64(sum));
  store<f64>(statistics, (firstBlock == 0 ? 0 : load<f64>(statistics, 8)) + f64(fired), 8);
}

/**
 * The last synapse of a spiking layer if it is an identity without pooling, which adds one word of spikes per step: it is
 * added where the neurons fire. 0 if it is another.
 */
function lastIdentity(layer: usize): usize {
  const count = load<i32>(layer + D.LAYER_SYNAPSE_COUNT);
  if (count == 0 || load<i32>(layer + D.LAYER_IS_READ_OUT)) return 0;
  const last: usize = load<i32>(layer + D.LAYER_SYNAPSES) + (count - 1) * D.SYNAPSE_BYTES;
  const isOne = load<i32>(last + D.SYNAPSE_KIND) == D.KIND_IDENTITY && !load<i32>(last + D.SYNAPSE_IS_POOLED);
  return isOne ? last : 0;
}

/**
 * The currents of 16 neurons at every step, [step][16]: constant part, then every synapse but `without`. Returns where
 * they are: the working memory, or where the constant current is if that is all.
 */
export function integrateCurrents(
  layer: usize,
  without: usize,
  block: i32,
  row: i32,
  column: i32,
  first: i32,
  steps: i32,
): usize {
  const currents: usize = load<i32>(layer + D.LAYER_CURRENTS);
  const connections: usize = load<i32>(layer + D.LAYER_CONNECTIONS);
  const count = load<i32>(layer + D.LAYER_SYNAPSE_COUNT);
  const place = row * load<i32>(layer + D.LAYER_WIDTH) + column;
  let synapse: usize = load<i32>(layer + D.LAYER_SYNAPSES);
  let from: usize =
    load<i32>(layer + D.LAYER_CURRENT) + place * load<i32>(layer + D.LAYER_CURRENT_STRIDE) + block * 64;
  for (let k = 0; k < count && synapse != without; k++) {
    const source: usize = load<i32>(synapse + D.SYNAPSE_SOURCE_LAYER);
    const kind = load<i32>(synapse + D.SYNAPSE_KIND);
    const isListed =
      kind == D.KIND_LIST ||
      (kind == D.KIND_TABLE && load<i32>(source + D.LAYER_IS_LISTED) == D.LISTED_GROUPS);
    if (isListed) {
      const end = collectLists(synapse, block, row, column, first, connections);
      from = addLists(connections, end, from, currents, steps, (load<i32>(source + D.LAYER_WIDTH) + 1) * 4);
    } else {
      const end = collect(synapse, block, row, column, first, connections);
      const stride: usize = load<i32>(synapse + D.SYNAPSE_STEP_STRIDE);
      from =
        kind == D.KIND_TABLE
          ? addTables(connections, end, from, currents, steps, stride)
          : addIdentities(connections, end, from, currents, steps, stride);
    }
    synapse += D.SYNAPSE_BYTES;
  }
  return from;
}

/**
 * Integrates and fires 16 neurons, whose currents are at `from`, `apart` bytes from step to step; returns Σ over steps of
 * those that have fired so far.
 */
function fire(
  layer: usize,
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
  let out: usize =
    load<i32>(layer + D.LAYER_SPIKES) +
    ((word - block) * load<i32>(layer + D.LAYER_CAPACITY) + first * blocks + block) * 2;
  let seen: u32 = load<u16>(seenAt);
  let sum: u64 = 0;
  const end = out + steps * blocks * 2;
  for (; out < end; out += blocks * 2) {
    v0 = f32x4.add(v0, v128.load(from));
    v1 = f32x4.add(v1, v128.load(from, 16));
    v2 = f32x4.add(v2, v128.load(from, 32));
    v3 = f32x4.add(v3, v128.load(from, 48));
    const z0 = f32x4.ge(v0, th0),
      z1 = f32x4.ge(v1, th1),
      z2 = f32x4.ge(v2, th2),
      z3 = f32x4.ge(v3, th3);
    v0 = v128.bitselect(v128.and(f32x4.sub(v0, th0), keep), v0, z0);
    v1 = v128.bitselect(v128.and(f32x4.sub(v1, th1), keep), v1, z1);
    v2 = v128.bitselect(v128.and(f32x4.sub(v2, th2), keep), v2, z2);
    v3 = v128.bitselect(v128.and(f32x4.sub(v3, th3), keep), v3, z3);
    const spikes: u32 = i8x16.bitmask(
      i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(z0, z1), i16x8.narrow_i32x4_s(z2, z3)),
    );
    store<u16>(out, spikes);
    from += apart;
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

/** The same where an identity adds last: per vector a row of four scales, −0 where there is no spike. */
function fireWithIdentity(
  layer: usize,
  synapse: usize,
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
  const stride: usize = load<i32>(synapse + D.SYNAPSE_STEP_STRIDE);
  let source: usize =
    load<i32>(synapse + D.SYNAPSE_SOURCE) +
    ((word - block) / blocks) * load<i32>(synapse + D.SYNAPSE_PLACE_STRIDE) +
    block * load<i32>(synapse + D.SYNAPSE_SOURCE_BLOCK_STRIDE) +
    first * stride;
  const scale: usize =
    load<i32>(synapse + D.SYNAPSE_WEIGHTS) + block * load<i32>(synapse + D.SYNAPSE_BLOCK_STRIDE);
  let out: usize =
    load<i32>(layer + D.LAYER_SPIKES) +
    ((word - block) * load<i32>(layer + D.LAYER_CAPACITY) + first * blocks + block) * 2;
  let seen: u32 = load<u16>(seenAt);
  let sum: u64 = 0;
  const end = out + steps * blocks * 2;
  for (; out < end; out += blocks * 2) {
    const mask: u32 = load<u16>(source);
    v0 = f32x4.add(v0, f32x4.add(v128.load(from), v128.load(scale + ((mask & 15) << 4))));
    v1 = f32x4.add(v1, f32x4.add(v128.load(from, 16), v128.load(scale + (mask & 0xf0), 256)));
    v2 = f32x4.add(v2, f32x4.add(v128.load(from, 32), v128.load(scale + ((mask >> 4) & 0xf0), 512)));
    v3 = f32x4.add(v3, f32x4.add(v128.load(from, 48), v128.load(scale + ((mask >> 8) & 0xf0), 768)));
    const z0 = f32x4.ge(v0, th0),
      z1 = f32x4.ge(v1, th1),
      z2 = f32x4.ge(v2, th2),
      z3 = f32x4.ge(v3, th3);
    v0 = v128.bitselect(v128.and(f32x4.sub(v0, th0), keep), v0, z0);
    v1 = v128.bitselect(v128.and(f32x4.sub(v1, th1), keep), v1, z1);
    v2 = v128.bitselect(v128.and(f32x4.sub(v2, th2), keep), v2, z2);
    v3 = v128.bitselect(v128.and(f32x4.sub(v3, th3), keep), v3, z3);
    const spikes: u32 = i8x16.bitmask(
      i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(z0, z1), i16x8.narrow_i32x4_s(z2, z3)),
    );
    store<u16>(out, spikes);
    from += apart;
    source += stride;
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

/** Adds the currents to the potentials of 16 read-out neurons, which are the logits. */
function accumulate(layer: usize, word: i32, steps: i32, from: usize, apart: usize, logits: usize): void {
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const stride = places * load<i32>(layer + D.LAYER_BLOCKS) * 64;
  const potentials: usize = load<i32>(layer + D.LAYER_POTENTIALS) + word * 64;
  for (let i = 0; i < 64; i += 16) {
    let v = v128.load(potentials + i);
    let logit = logits + i;
    let current = from + i;
    for (let step = 0; step < steps; step++) {
      v = f32x4.add(v, v128.load(current));
      current += apart;
      v128.store(logit, v);
      logit += stride;
    }
    v128.store(potentials + i, v);
  }
}
