// Convolve, integrate and fire over several steps: float-order.ts, 2 and 3.
import * as D from '../src/wasm/descriptor';
import { collect } from './connections';

/**
 * Runs `steps` steps of a layer, starting at step `first` of the piece of T whose spikes are in memory.
 * Adds Σ over steps of the neurons that have fired to statistics[0] and sets statistics[1] to their number at the end
 * (f64). The read-out does not fire; it writes its potentials, [steps][place][blocks · 16], to `logits`.
 */
export function runLayer(layer: usize, first: i32, steps: i32, statistics: usize, logits: usize): void {
  const height = load<i32>(layer + D.LAYER_HEIGHT);
  const width = load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const seen: usize = load<i32>(layer + D.LAYER_SEEN);
  let sum: u64 = 0;
  let fired: u64 = 0;
  for (let block = 0; block < blocks; block++) {
    let place = 0;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        connect(layer, block, row, column, first);
        const word = place * blocks + block;
        sum += runPlace(layer, block, place, first, steps, seen + word * 2, logits + word * 64);
        fired += i32.popcnt(load<u16>(seen + word * 2));
        place++;
      }
    }
  }
  store<f64>(statistics, load<f64>(statistics) + f64(sum));
  store<f64>(statistics, f64(fired), 8);
}

/** Collects what a place reads, synapse after synapse, into the layer's working memory. */
function connect(layer: usize, block: i32, row: i32, column: i32, first: i32): void {
  const count = load<i32>(layer + D.LAYER_SYNAPSE_COUNT);
  let synapse: usize = load<i32>(layer + D.LAYER_SYNAPSES);
  let out: usize = load<i32>(layer + D.LAYER_CONNECTIONS);
  for (let k = 0; k < count; k++) {
    out = collect(synapse, block, row, column, first, out);
    synapse += D.SYNAPSE_BYTES;
  }
}

/**
 * 16 channels of one place over all steps: one loop nest, so that the current never leaves the registers.
 * Returns Σ over steps of the neurons that have fired so far.
 */
function runPlace(
  layer: usize,
  block: i32,
  place: i32,
  first: i32,
  steps: i32,
  seenAt: usize,
  logits: usize,
): u64 {
  const synapses = load<i32>(layer + D.LAYER_SYNAPSE_COUNT);
  const connections: usize = load<i32>(layer + D.LAYER_CONNECTIONS);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const isReadOut = load<i32>(layer + D.LAYER_IS_READ_OUT);
  const logitsStride = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH) * blocks * 64;
  const c: usize =
    load<i32>(layer + D.LAYER_CURRENT) + place * load<i32>(layer + D.LAYER_CURRENT_STRIDE) + block * 64;
  const theta: usize = load<i32>(layer + D.LAYER_THETA) + block * 64;
  const v: usize = load<i32>(layer + D.LAYER_POTENTIALS) + (place * blocks + block) * 64;
  const keep = i32x4.splat(load<i32>(layer + D.LAYER_RESET_MASK));
  let out: usize =
    load<i32>(layer + D.LAYER_SPIKES) +
    ((place * load<i32>(layer + D.LAYER_CAPACITY) + first) * blocks + block) * 2;
  let seen: u32 = load<u16>(seenAt);
  let sum: u64 = 0;
  for (let t = 0; t < steps; t++) {
    let s0 = v128.load(c),
      s1 = v128.load(c, 16),
      s2 = v128.load(c, 32),
      s3 = v128.load(c, 48);
    let pair = connections;
    for (let k = 0; k < synapses; k++) {
      const kind = load<i32>(pair + D.HEAD_KIND);
      const step: usize = t * load<i32>(pair + D.HEAD_STEP_STRIDE);
      const width = load<i32>(pair + D.HEAD_WIDTH);
      let end = pair + D.HEAD_BYTES + load<i32>(pair + D.HEAD_COUNT) * D.CONNECTION_BYTES;
      pair += D.HEAD_BYTES;
      if (kind == D.KIND_TABLE) {
        for (; pair < end; pair += D.CONNECTION_BYTES) {
          let word: usize = load<u32>(pair) + step;
          let table: usize = load<u32>(pair, 4);
          for (let w = 0; w < width; w++) {
            const mask: u32 = load<u16>(word);
            const r0 = table + ((mask & 15) << 6);
            s0 = f32x4.add(s0, v128.load(r0));
            s1 = f32x4.add(s1, v128.load(r0, 16));
            s2 = f32x4.add(s2, v128.load(r0, 32));
            s3 = f32x4.add(s3, v128.load(r0, 48));
            const r1 = table + ((mask << 2) & 0x3c0);
            s0 = f32x4.add(s0, v128.load(r1, 1024));
            s1 = f32x4.add(s1, v128.load(r1, 1040));
            s2 = f32x4.add(s2, v128.load(r1, 1056));
            s3 = f32x4.add(s3, v128.load(r1, 1072));
            const r2 = table + ((mask >> 2) & 0x3c0);
            s0 = f32x4.add(s0, v128.load(r2, 2048));
            s1 = f32x4.add(s1, v128.load(r2, 2064));
            s2 = f32x4.add(s2, v128.load(r2, 2080));
            s3 = f32x4.add(s3, v128.load(r2, 2096));
            const r3 = table + ((mask >> 6) & 0x3c0);
            s0 = f32x4.add(s0, v128.load(r3, 3072));
            s1 = f32x4.add(s1, v128.load(r3, 3088));
            s2 = f32x4.add(s2, v128.load(r3, 3104));
            s3 = f32x4.add(s3, v128.load(r3, 3120));
            word += 2;
            table += 4096;
          }
        }
      } else if (kind == D.KIND_LIST) {
        for (; pair < end; pair += D.CONNECTION_BYTES) {
          const starts: usize = load<u32>(pair) + step;
          const weights: usize = load<u32>(pair, 4);
          const last: usize = load<u32>(starts, 4);
          for (let entry: usize = load<u32>(starts); entry < last; entry += 4) {
            const row = weights + load<u32>(entry);
            s0 = f32x4.add(s0, v128.load(row));
            s1 = f32x4.add(s1, v128.load(row, 16));
            s2 = f32x4.add(s2, v128.load(row, 32));
            s3 = f32x4.add(s3, v128.load(row, 48));
          }
        }
      } else {
        for (; pair < end; pair += D.CONNECTION_BYTES) {
          const mask: u32 = load<u16>(load<u32>(pair) + step);
          const scale: usize = load<u32>(pair, 4);
          s0 = f32x4.add(s0, v128.load(scale + ((mask & 15) << 4)));
          s1 = f32x4.add(s1, v128.load(scale + (mask & 0xf0), 256));
          s2 = f32x4.add(s2, v128.load(scale + ((mask >> 4) & 0xf0), 512));
          s3 = f32x4.add(s3, v128.load(scale + ((mask >> 8) & 0xf0), 768));
        }
      }
      pair = end;
    }
    s0 = f32x4.add(v128.load(v), s0);
    s1 = f32x4.add(v128.load(v, 16), s1);
    s2 = f32x4.add(v128.load(v, 32), s2);
    s3 = f32x4.add(v128.load(v, 48), s3);
    if (isReadOut) {
      v128.store(logits, s0);
      v128.store(logits, s1, 16);
      v128.store(logits, s2, 32);
      v128.store(logits, s3, 48);
      logits += logitsStride;
    } else {
      const th0 = v128.load(theta),
        th1 = v128.load(theta, 16);
      const th2 = v128.load(theta, 32),
        th3 = v128.load(theta, 48);
      const z0 = f32x4.ge(s0, th0),
        z1 = f32x4.ge(s1, th1),
        z2 = f32x4.ge(s2, th2),
        z3 = f32x4.ge(s3, th3);
      const spikes: u32 =
        i32x4.bitmask(z0) | (i32x4.bitmask(z1) << 4) | (i32x4.bitmask(z2) << 8) | (i32x4.bitmask(z3) << 12);
      store<u16>(out, spikes);
      out += blocks * 2;
      seen |= spikes;
      sum += i32.popcnt(seen);
      s0 = v128.bitselect(v128.and(f32x4.sub(s0, th0), keep), s0, z0);
      s1 = v128.bitselect(v128.and(f32x4.sub(s1, th1), keep), s1, z1);
      s2 = v128.bitselect(v128.and(f32x4.sub(s2, th2), keep), s2, z2);
      s3 = v128.bitselect(v128.and(f32x4.sub(s3, th3), keep), s3, z3);
    }
    v128.store(v, s0);
    v128.store(v, s1, 16);
    v128.store(v, s2, 32);
    v128.store(v, s3, 48);
  }
  store<u16>(seenAt, seen);
  return sum;
}
