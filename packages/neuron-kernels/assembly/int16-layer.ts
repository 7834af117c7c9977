// Convolve, integrate and fire in integers over several steps: int16-arithmetic.ts. Arguments and results are those of
// layer.ts; potentials and θ are 32-bit integers, constant currents 16-bit ones.
import * as D from '../src/wasm/descriptor';
import { collect, collectLists } from './connections';
import { addFiring, integrateCurrents as integrateFloats } from './layer';
import { fireInt16 } from './int16-fire';
import { addInt16Identities, addInt16Lists, addInt16Tables, spreadInt16 } from './int16-passes';

/** Runs `steps` steps of the blocks [firstBlock, endBlock) of a layer, an even number or its only one; see runLayer. */
export function runInt16Layer(
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
  if (load<i32>(layer + D.LAYER_IS_READ_OUT)) {
    runInt16ReadOut(layer, first, steps, firstBlock, endBlock, logits);
    return;
  }
  const seen: usize = load<i32>(layer + D.LAYER_SEEN);
  // Blocks side by side; a layer of several has an even number of them.
  const abreast = blocks > 1 ? 2 : 1;
  const row: usize = abreast * D.NARROW_ROW_BYTES;
  let sum: u64 = 0;
  let fired: u64 = 0;
  for (let block = firstBlock; block < endBlock; block += abreast) {
    let word = block;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = integrateCurrents(layer, block, row, y, x, first, steps);
        const apart: usize = from == <usize>load<i32>(layer + D.LAYER_CURRENTS) ? row : 0;
        for (let k = 0; k < abreast; k++) {
          const at = word + k;
          sum += fireInt16(layer, block + k, at, first, steps, from + k * 32, apart, seen + at * 2);
          fired += i32.popcnt(load<u16>(seen + at * 2));
        }
        word += blocks;
      }
    }
  }
  addFiring(statistics, firstBlock, sum, fired);
}

/** The read-out: its integer weights are held in floats, whose sums are exact; its potentials are 32-bit integers. */
function runInt16ReadOut(
  layer: usize,
  first: i32,
  steps: i32,
  firstBlock: i32,
  endBlock: i32,
  logits: usize,
): void {
  const height = load<i32>(layer + D.LAYER_HEIGHT);
  const width = load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  for (let block = firstBlock; block < endBlock; block++) {
    let word = block;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = integrateFloats(layer, 0, block, y, x, first, steps);
        const apart: usize = from == <usize>load<i32>(layer + D.LAYER_CURRENTS) ? 64 : 0;
        accumulate(layer, word, steps, from, apart, logits + word * 64);
        word += blocks;
      }
    }
  }
}

/** The currents of one or two blocks at every step, [step][row / 2]; returns where they are, as in layer.ts. */
function integrateCurrents(
  layer: usize,
  block: i32,
  row: usize,
  y: i32,
  x: i32,
  first: i32,
  steps: i32,
): usize {
  const currents: usize = load<i32>(layer + D.LAYER_CURRENTS);
  const connections: usize = load<i32>(layer + D.LAYER_CONNECTIONS);
  const count = load<i32>(layer + D.LAYER_SYNAPSE_COUNT);
  const place = y * load<i32>(layer + D.LAYER_WIDTH) + x;
  const abreast = i32(row >> 5);
  let synapse: usize = load<i32>(layer + D.LAYER_SYNAPSES);
  let from: usize =
    load<i32>(layer + D.LAYER_CURRENT) + place * load<i32>(layer + D.LAYER_CURRENT_STRIDE) + block * 64;
  for (let k = 0; k < count; k++) {
    const source: usize = load<i32>(synapse + D.SYNAPSE_SOURCE_LAYER);
    const kind = load<i32>(synapse + D.SYNAPSE_KIND);
    const stride: usize = load<i32>(synapse + D.SYNAPSE_STEP_STRIDE);
    if (kind == D.KIND_IDENTITY) {
      if (from != currents) from = spreadInt16(from, currents, steps, i32(row));
      for (let i = 0; i < abreast; i++) {
        const end = collect(synapse, block + i, y, x, first, connections);
        addInt16Identities(connections, end, currents + i * 32, row, steps, stride);
      }
    } else if (kind == D.KIND_LIST || load<i32>(source + D.LAYER_IS_LISTED) == D.LISTED_GROUPS) {
      const end = collectLists(synapse, block / abreast, y, x, first, connections);
      const lists: usize = (load<i32>(source + D.LAYER_WIDTH) + 1) * 4;
      from = addInt16Lists(connections, end, from, currents, steps, lists, row);
    } else {
      const end = collect(synapse, block / abreast, y, x, first, connections);
      from = addInt16Tables(connections, end, from, currents, steps, stride, row);
    }
    synapse += D.SYNAPSE_BYTES;
  }
  return from;
}

/** Adds the currents to the potentials of 16 read-out neurons, which are the logits in grid steps. */
function accumulate(layer: usize, word: i32, steps: i32, from: usize, apart: usize, logits: usize): void {
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const stride = places * load<i32>(layer + D.LAYER_BLOCKS) * 64;
  const potentials: usize = load<i32>(layer + D.LAYER_POTENTIALS) + word * 64;
  for (let i: usize = 0; i < 4; i++) {
    let v = v128.load(potentials + i * 16);
    let logit = logits + i * 16;
    let current = from + i * 16;
    for (let step = 0; step < steps; step++) {
      v = i32x4.add(v, i32x4.trunc_sat_f32x4_s(v128.load(current)));
      current += apart;
      v128.store(logit, v);
      logit += stride;
    }
    v128.store(potentials + i * 16, v);
  }
}

/**
 * Rounds the constant current of a layer that reads the image, [place][blocks · 16] floats, to 16-bit integers in the
 * room that spikes leave: nearest, halves to even, within `room`: [blocks · 16] least values, then as many greatest. The
 * integers of the blocks that are computed side by side lie together, at the first of them; those of the read-out stay
 * floats.
 */
export function roundCurrents(layer: usize, room: usize): void {
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const abreast = blocks > 1 ? 2 : 1;
  const isReadOut = load<i32>(layer + D.LAYER_IS_READ_OUT);
  let place: usize = load<i32>(layer + D.LAYER_CURRENT);
  for (let i = 0; i < places; i++) {
    for (let block = 0; block < blocks; block++) {
      const least = room + block * 64;
      const most = least + blocks * 64;
      const from = place + block * 64;
      // Never ahead of what is still to be read: the second block of a pair goes to the end of the first one's floats.
      const target = place + (block - (block % abreast)) * 64 + (block % abreast) * 32;
      const i0 = rounded(from, least, most),
        i1 = rounded(from + 16, least + 16, most + 16);
      const i2 = rounded(from + 32, least + 32, most + 32),
        i3 = rounded(from + 48, least + 48, most + 48);
      if (isReadOut) {
        v128.store(from, f32x4.convert_i32x4_s(i0));
        v128.store(from, f32x4.convert_i32x4_s(i1), 16);
        v128.store(from, f32x4.convert_i32x4_s(i2), 32);
        v128.store(from, f32x4.convert_i32x4_s(i3), 48);
        continue;
      }
      v128.store(target, i16x8.narrow_i32x4_s(i0, i1));
      v128.store(target, i16x8.narrow_i32x4_s(i2, i3), 16);
    }
    place += blocks * 64;
  }
}

function rounded(from: usize, least: usize, most: usize): v128 {
  const nearest = f32x4.nearest(v128.load(from));
  return i32x4.trunc_sat_f32x4_s(f32x4.min(f32x4.max(nearest, v128.load(least)), v128.load(most)));
}
