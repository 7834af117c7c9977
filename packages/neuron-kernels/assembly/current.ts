// The constant current of a layer that reads the image: float-order.ts, 1.
import * as D from '../src/wasm/descriptor';
import { collect } from './connections';

/** Writes bias + image through every analog synapse, [place][blocks · 16]. */
export function constantCurrent(layer: usize, image: i32): void {
  const height = load<i32>(layer + D.LAYER_HEIGHT);
  const width = load<i32>(layer + D.LAYER_WIDTH);
  const blocks = load<i32>(layer + D.LAYER_BLOCKS);
  const stride = load<i32>(layer + D.LAYER_CURRENT_STRIDE);
  for (let block = 0; block < blocks; block++) {
    let target: usize = load<i32>(layer + D.LAYER_CURRENT) + block * 64;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        currentOfPlace(layer, image, block, row, column, target);
        target += stride;
      }
    }
  }
}

function currentOfPlace(layer: usize, image: i32, block: i32, row: i32, column: i32, target: usize): void {
  const count = load<i32>(layer + D.LAYER_ANALOG_COUNT);
  const connections: usize = load<i32>(layer + D.LAYER_CONNECTIONS);
  const bias: usize = load<i32>(layer + D.LAYER_BIAS) + block * 64;
  let c0 = v128.load(bias),
    c1 = v128.load(bias, 16),
    c2 = v128.load(bias, 32),
    c3 = v128.load(bias, 48);
  for (let k = 0; k < count; k++) {
    const synapse: usize = load<i32>(layer + D.LAYER_ANALOG) + k * D.SYNAPSE_BYTES;
    const end = collect(synapse, block, row, column, 0, connections);
    const channels = load<i32>(synapse + D.SYNAPSE_WIDTH);
    for (let pair = connections; pair < end; pair += D.CONNECTION_BYTES) {
      let pixel: usize = image + load<i32>(pair);
      let row: usize = load<i32>(pair + D.CONNECTION_WEIGHTS);
      for (let i = 0; i < channels; i++) {
        const x = f32x4.splat(load<f32>(pixel));
        c0 = f32x4.add(c0, f32x4.mul(v128.load(row), x));
        c1 = f32x4.add(c1, f32x4.mul(v128.load(row, 16), x));
        c2 = f32x4.add(c2, f32x4.mul(v128.load(row, 32), x));
        c3 = f32x4.add(c3, f32x4.mul(v128.load(row, 48), x));
        pixel += 4;
        row += 64;
      }
    }
  }
  v128.store(target, c0);
  v128.store(target, c1, 16);
  v128.store(target, c2, 32);
  v128.store(target, c3, 48);
}
