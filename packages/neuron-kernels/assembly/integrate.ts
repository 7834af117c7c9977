// The currents of some neurons of one place: float-order.ts, 2; in integers int16-arithmetic.ts, 2. `Lane` and `Row` are those of
// passes.ts.
import * as D from '../src/wasm/descriptor';
import { collect, collectLists } from './connections';
import { addIdentities, addInt16Identities, spread } from './identity-passes';
import { addLists, addTables } from './passes';

/** Bytes of the currents of 16 channels. */
export function blockBytes<Lane>(): i32 {
  return 16 * i32(sizeof<Lane>());
}

/** Blocks that lie side by side in a row. */
export function abreast<Lane, Row>(): i32 {
  return i32(offsetof<Row>()) / blockBytes<Lane>();
}

/**
 * The currents of one row of neurons at every step, [step][Row]: constant part, then every synapse but `without`. Returns
 * where they are: the working memory, or where the constant current is if that is all.
 */
export function integrateCurrents<Lane, Row>(
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
    const stride: usize = load<i32>(synapse + D.SYNAPSE_STEP_STRIDE);
    if (kind == D.KIND_IDENTITY) {
      from = integrateIdentity<Lane, Row>(layer, synapse, block, row, column, first, from, steps);
    } else if (kind == D.KIND_LIST || load<i32>(source + D.LAYER_IS_LISTED) == D.LISTED_GROUPS) {
      const end = collectLists(synapse, block / abreast<Lane, Row>(), row, column, first, connections);
      const lists: usize = (load<i32>(source + D.LAYER_WIDTH) + 1) * 4;
      from = addLists<Lane, Row>(connections, end, from, currents, steps, lists);
    } else {
      const end = collect(synapse, block / abreast<Lane, Row>(), row, column, first, connections);
      from = addTables<Lane, Row>(connections, end, from, currents, steps, stride);
    }
    synapse += D.SYNAPSE_BYTES;
  }
  return from;
}

/** What an identity adds: floats as any pass does; integers in place, block by block. */
function integrateIdentity<Lane, Row>(
  layer: usize,
  synapse: usize,
  block: i32,
  row: i32,
  column: i32,
  first: i32,
  from: usize,
  steps: i32,
): usize {
  const currents: usize = load<i32>(layer + D.LAYER_CURRENTS);
  const connections: usize = load<i32>(layer + D.LAYER_CONNECTIONS);
  const stride: usize = load<i32>(synapse + D.SYNAPSE_STEP_STRIDE);
  if (isFloat<Lane>()) {
    const end = collect(synapse, block, row, column, first, connections);
    return addIdentities(connections, end, from, currents, steps, stride);
  }
  if (from != currents) from = spread<Row>(from, currents, steps);
  for (let k = 0; k < abreast<Lane, Row>(); k++) {
    const end = collect(synapse, block + k, row, column, first, connections);
    addInt16Identities<Row>(connections, end, currents + k * blockBytes<Lane>(), steps, stride);
  }
  return from;
}
