// Convolve, integrate and fire over several steps: float-order.ts, 2 and 3; in integers int16-arithmetic.ts. `Lane` and `Row`
// are those of passes.ts.
import * as D from '../src/wasm/descriptor';
import { fire } from './fire';
import { fireInt16 } from './int16-fire';
import { abreast, blockBytes, integrateCurrents } from './integrate';
import { runReadOut } from './read-out';
import { Four, One, Two, Zero } from './vectors';

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
  if (load<i32>(layer + D.LAYER_IS_READ_OUT))
    runReadOut<f32>(layer, first, steps, firstBlock, endBlock, logits);
  else runSpiking<f32, Four>(layer, first, steps, firstBlock, endBlock, statistics);
}

/**
 * The same in integers; the blocks are an even number, or the only one. Potentials and θ are 32-bit integers, constant
 * currents 16-bit ones.
 */
export function runInt16Layer(
  layer: usize,
  first: i32,
  steps: i32,
  firstBlock: i32,
  endBlock: i32,
  statistics: usize,
  logits: usize,
): void {
  if (load<i32>(layer + D.LAYER_IS_READ_OUT))
    runReadOut<i32>(layer, first, steps, firstBlock, endBlock, logits);
  else if (load<i32>(layer + D.LAYER_BLOCKS) > 1)
    runSpiking<i16, Four>(layer, first, steps, firstBlock, endBlock, statistics);
  else runSpiking<i16, Two>(layer, first, steps, firstBlock, endBlock, statistics);
}

function runSpiking<Lane, Row>(
  layer: usize,
  first: i32,
  steps: i32,
  firstBlock: i32,
  endBlock: i32,
  statistics: usize,
): void {
  const height = load<i32>(layer + D.LAYER_HEIGHT);
  const width = load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const currents: usize = load<i32>(layer + D.LAYER_CURRENTS);
  const seen: usize = load<i32>(layer + D.LAYER_SEEN);
  const identity = isFloat<Lane>() ? lastIdentity(layer) : 0;
  let sum: u64 = 0;
  let fired: u64 = 0;
  // All places of a block before the next block: the weights of one block are in a cache, those of all may not be.
  for (let block = firstBlock; block < endBlock; block += abreast<Lane, Row>()) {
    let word = block;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = integrateCurrents<Lane, Row>(layer, identity, block, row, column, first, steps);
        const apart: usize = from == currents ? offsetof<Row>() : 0;
        for (let k = 0; k < abreast<Lane, Row>(); k++) {
          const at = word + k;
          const current = from + k * blockBytes<Lane>();
          const seenAt = seen + at * 2;
          sum += isInteger<Lane>()
            ? fireInt16(layer, block + k, at, first, steps, current, apart, seenAt)
            : identity
              ? fire<Lane, One>(layer, identity, block, at, first, steps, current, apart, seenAt)
              : fire<Lane, Zero>(layer, 0, block, at, first, steps, current, apart, seenAt);
          fired += i32.popcnt(load<u16>(seenAt));
        }
        word += blocks;
      }
    }
  }
  addFiring(statistics, firstBlock, sum, fired);
}

/** Adds what some blocks did to the statistics of a layer. */
function addFiring(statistics: usize, firstBlock: i32, sum: u64, fired: u64): void {
  store<f64>(statistics, load<f64>(statistics) + f64(sum));
  store<f64>(statistics, (firstBlock == 0 ? 0 : load<f64>(statistics, 8)) + f64(fired), 8);
}

/**
 * The last synapse of a spiking layer if it is an identity without pooling, which adds one word of spikes per step: it is
 * added where the neurons fire. 0 if it is another.
 */
function lastIdentity(layer: usize): usize {
  const count = load<i32>(layer + D.LAYER_SYNAPSE_COUNT);
  if (count == 0) return 0;
  const last: usize = load<i32>(layer + D.LAYER_SYNAPSES) + (count - 1) * D.SYNAPSE_BYTES;
  const isOne = load<i32>(last + D.SYNAPSE_KIND) == D.KIND_IDENTITY && !load<i32>(last + D.SYNAPSE_IS_POOLED);
  return isOne ? last : 0;
}
