// The read-out over several steps, which accumulates and never fires.
import * as D from '../src/wasm/descriptor';
import { integrateCurrents } from './integrate';
import { Four } from './vectors';

/**
 * Runs blocks of the read-out as runLayer does. Its currents are floats: the integer weights of an int16 network are held in
 * floats, whose sums are exact. Its potentials, floats or 32-bit integers (Lane f32, i32), are the logits.
 */
export function runReadOut<Lane>(
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
  const currents: usize = load<i32>(layer + D.LAYER_CURRENTS);
  for (let block = firstBlock; block < endBlock; block++) {
    let word = block;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = integrateCurrents<f32, Four>(layer, 0, block, row, column, first, steps);
        accumulate<Lane>(layer, word, steps, from, from == currents ? 64 : 0, logits + word * 64);
        word += blocks;
      }
    }
  }
}

/** Adds the currents to the potentials of 16 read-out neurons, which are the logits, in grid steps if integers. */
function accumulate<Lane>(
  layer: usize,
  word: i32,
  steps: i32,
  from: usize,
  apart: usize,
  logits: usize,
): void {
  const places = load<i32>(layer + D.LAYER_HEIGHT) * load<i32>(layer + D.LAYER_WIDTH);
  const stride = places * load<i32>(layer + D.LAYER_BLOCKS) * 64;
  const potentials: usize = load<i32>(layer + D.LAYER_POTENTIALS) + word * 64;
  for (let i = 0; i < 64; i += 16) {
    let v = v128.load(potentials + i);
    let logit = logits + i;
    let current = from + i;
    for (let step = 0; step < steps; step++) {
      const s = v128.load(current);
      v = isFloat<Lane>() ? f32x4.add(v, s) : i32x4.add(v, i32x4.trunc_sat_f32x4_s(s));
      current += apart;
      v128.store(logit, v);
      logit += stride;
    }
    v128.store(potentials + i, v);
  }
}
