// Cost of random numbers in CPU time (other processes hardly disturb it), nanoseconds per number:
//   node bench/random.bench.js [repetitions] > bench/random.results.json
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { CounterRandom, drawInitialPotentials, philox4x32Into, shuffle } from '@opi-snn/theory';

const repetitions = Number(process.argv[2] ?? 25);
const sizes = [100, 10_000, 1_000_000];
const CHANNELS = 64;
const random = new CounterRandom(1);

/** Name → function of a size n that makes n numbers and returns something that depends on them. */
const cases = {
  'Math.random/baseline': (n) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.random();
    return sum;
  },
  philox4x32Into: (n) => {
    const words = new Uint32Array(1024);
    const counter = new Uint32Array(4);
    for (let first = 0; first < n; first += 1024) {
      counter[0] = first / 4;
      philox4x32Into(counter, Uint32Array.of(1, 2), n - first < 1024 ? words.subarray(0, n - first) : words);
    }
    return words[0];
  },
  'CounterRandom.nextUniform': (n) => repeat(n, () => random.nextUniform()),
  'CounterRandom.nextNormal': (n) => repeat(n, () => random.nextNormal()),
  'CounterRandom.nextBelow': (n) => repeat(n, () => random.nextBelow(50_000)),
  shuffle: (n) => shuffle(new Uint32Array(n), random)[0],
  'drawInitialPotentials/fraction': (n) => draw(n, { kind: 'fraction', fraction: 0.5 }),
  'drawInitialPotentials/uniform': (n) => draw(n, { kind: 'uniform', low: 0, high: 1 }),
  'drawInitialPotentials/normal': (n) => draw(n, { kind: 'normal', mean: 0.5, standardDeviation: 0.25 }),
};

function repeat(n, next) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += next();
  return sum;
}

const buffers = new Map();
function draw(n, potential) {
  if (!buffers.has(n)) buffers.set(n, new Float32Array(n));
  const out = buffers.get(n);
  const theta = new Float32Array(CHANNELS).fill(1);
  drawInitialPotentials(potential, { seed: 1, imageIndex: 2, layerIndex: 3, theta, out });
  return out[n - 1];
}

const rows = [];
for (const [name, run] of Object.entries(cases)) {
  for (const n of sizes) {
    // A repetition makes at least 200,000 numbers; two warm the compiler up.
    const calls = Math.ceil(200_000 / n);
    const nanoseconds = [];
    for (let r = -2; r < repetitions; r++) {
      const start = process.cpuUsage();
      let checksum = 0;
      for (let call = 0; call < calls; call++) checksum += run(n);
      const { user, system } = process.cpuUsage(start);
      const elapsed = ((user + system) * 1e3) / (calls * n);
      if (!Number.isFinite(checksum)) throw new Error(`${name}: checksum is ${checksum}`);
      if (r >= 0) nanoseconds.push(elapsed);
    }
    nanoseconds.sort((a, b) => a - b);
    const at = (share) => Number(nanoseconds[Math.floor(share * (nanoseconds.length - 1))].toFixed(2));
    rows.push({ name: `${name}/n=${n}`, cpuNsPerNumber: { median: at(0.5), p90: at(0.9) } });
    console.error(rows.at(-1).name.padEnd(44), JSON.stringify(rows.at(-1).cpuNsPerNumber));
  }
}

console.log(
  JSON.stringify(
    {
      date: new Date().toISOString().slice(0, 10),
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
      node: process.version,
      v8: process.versions.v8,
      cpu: cpus()[0].model,
      threads: 1,
      repetitions,
      rows,
    },
    null,
    2,
  ),
);
