// The spikes of one source, added to the currents of the layer that reads it: event-driven/scatter.ts.

/**
 * Over all visits of a fan-out: s[place] += Σ of the group's w · value, groups ascending (float-order.ts, 2).
 *
 * @param active  room for the channels of a group that sent anything, [group], i32
 * @param s       [places, outputs], f32, changed in place
 * @param weights [taps, channels, outputs], f32
 * @param values  [pixels, channels], f32; 0: sent nothing
 * @param visits  number of visits
 * @param pixels  [visits], i32; starts: [visits + 1]; taps, places: [connections]
 */
export function scatter(
  active: usize,
  s: usize,
  weights: usize,
  values: usize,
  visits: i32,
  pixels: usize,
  starts: usize,
  taps: usize,
  places: usize,
  channels: i32,
  outputs: i32,
  group: i32,
): void {
  for (let visit = 0; visit < visits; visit++) {
    const from = load<i32>(starts + visit * 4);
    const to = load<i32>(starts + visit * 4, 4);
    const source = values + <usize>load<i32>(pixels + visit * 4) * channels * 4;
    for (let start = 0; start < channels; start += group) {
      const end = min(start + group, channels);
      let count = 0;
      for (let i = start; i < end; i++) {
        if (load<f32>(source + i * 4) == 0) continue;
        store<i32>(active + count * 4, i);
        count++;
      }
      if (count == 0) continue;
      for (let j = from; j < to; j++) {
        const row = weights + <usize>load<i32>(taps + j * 4) * channels * outputs * 4;
        const target = s + <usize>load<i32>(places + j * 4) * outputs * 4;
        addGroup(active, target, row, source, count, outputs);
      }
    }
  }
}

/** s[o] += (w₁ · value₁ + w₂ · value₂) + …, each operation rounded. */
function addGroup(active: usize, target: usize, tap: usize, source: usize, count: i32, outputs: i32): void {
  const first = load<i32>(active);
  const firstValue = load<f32>(source + first * 4);
  const firstRow = tap + <usize>first * outputs * 4;
  const four = f32x4.splat(firstValue);
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    let partial = f32x4.mul(v128.load(firstRow + o * 4), four);
    for (let k = 1; k < count; k++) {
      const i = load<i32>(active + k * 4);
      const weight = v128.load(tap + (<usize>i * outputs + o) * 4);
      partial = f32x4.add(partial, f32x4.mul(weight, f32x4.splat(load<f32>(source + i * 4))));
    }
    v128.store(target + o * 4, f32x4.add(v128.load(target + o * 4), partial));
  }
  for (; o < outputs; o++) {
    let partial = load<f32>(firstRow + o * 4) * firstValue;
    for (let k = 1; k < count; k++) {
      const i = load<i32>(active + k * 4);
      partial += load<f32>(tap + (<usize>i * outputs + o) * 4) * load<f32>(source + i * 4);
    }
    store<f32>(target + o * 4, load<f32>(target + o * 4) + partial);
  }
}
