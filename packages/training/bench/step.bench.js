// Samples per second of whole training steps (forward, cross-entropy, backward, update), data already in memory:
//   node bench/step.bench.js [--backend auto|tensorflow|wasm] [--networks resnet20,vgg16] [--batch 128]
//                            [--repetitions 10] [--profile]
// Prints one JSON document. `wall` suffers from other processes, `cpu` (all threads of this one) hardly does; compare two
// programs in one sitting. `--profile` adds the kernels of one step by time (asking for them slows the step down).
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildArchitecture, initializeTensors } from '@opi-snn/network';
import { MomentumDescent, selectBackend, TrainableNetwork } from '@opi-snn/training';
import { createTrainingStep } from '../dist/training-step.js';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'auto' },
    networks: { type: 'string', default: 'resnet20,vgg16' },
    batch: { type: 'string', default: '128' },
    repetitions: { type: 'string', default: '10' },
    profile: { type: 'boolean', default: false },
  },
});
const WARM_UP = 2;
const IMAGE = [32, 32, 3];
const SETTINGS = { momentum: 0.9, nesterov: false, weightDecay: 5e-4, boundDecay: 5e-4, labelSmoothing: 0 };

/** Images of small repeating values and labels in turn; values do not change how long a step takes. */
function makeBatch(size) {
  const images = Float32Array.from({ length: size * 3072 }, (_, i) => ((i * 7919) % 1013) / 506 - 1);
  return { index: 0, images, labels: Uint8Array.from({ length: size }, (_, i) => i % 10) };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function timeSteps(step, batch, repetitions) {
  const [wall, cpu] = [[], []];
  let checksum = 0;
  for (let i = -WARM_UP; i < repetitions; i += 1) {
    const [begun, usage] = [performance.now(), process.cpuUsage()];
    const { loss } = step(batch, IMAGE, 0.01);
    const { user, system } = process.cpuUsage(usage);
    if (i < 0) continue;
    wall.push((performance.now() - begun) / 1000);
    cpu.push((user + system) / 1e6);
    checksum += loss;
  }
  if (!Number.isFinite(checksum)) throw new Error(`the loss became ${checksum}: nothing was measured`);
  return { wall, cpu, checksum };
}

async function profile(tf, step, batch) {
  const { kernels } = await tf.profile(() => {
    step(batch, IMAGE, 0.01);
    return tf.scalar(0);
  });
  const byName = new Map();
  for (const { name, kernelTimeMs } of kernels) {
    const { calls, milliseconds } = byName.get(name) ?? { calls: 0, milliseconds: 0 };
    byName.set(name, { calls: calls + 1, milliseconds: milliseconds + (await kernelTimeMs) });
  }
  return Object.fromEntries([...byName].sort(([, a], [, b]) => b.milliseconds - a.milliseconds).slice(0, 15));
}

async function benchNetwork(backend, name) {
  const { tf } = backend;
  const batchSize = Number(values.batch);
  const description = buildArchitecture(name, { classes: 10 });
  const model = new TrainableNetwork(tf, description, initializeTensors(description, { seed: 1 }));
  const descent = new MomentumDescent(tf, model.variables, SETTINGS);
  const batch = makeBatch(batchSize);
  const step = createTrainingStep(model, descent, SETTINGS);
  const { wall, cpu, checksum } = timeSteps(step, batch, Number(values.repetitions));
  const round = (number) => Math.round(number * 10) / 10;
  const result = {
    network: name,
    batchSize,
    samplesPerSecond: round(batchSize / median(wall)),
    samplesPerCpuSecond: round(batchSize / median(cpu)),
    stepMilliseconds: {
      wall: { median: round(1000 * median(wall)), best: round(1000 * Math.min(...wall)) },
      cpu: { median: round(1000 * median(cpu)), best: round(1000 * Math.min(...cpu)) },
    },
    checksum,
    ...(values.profile ? { kernels: await profile(tf, step, batch) } : {}),
  };
  model.dispose();
  descent.dispose();
  return result;
}

const backend = await selectBackend(values.backend);
const networks = [];
for (const name of values.networks.split(',')) networks.push(await benchNetwork(backend, name));
console.log(
  JSON.stringify(
    {
      date: new Date().toISOString(),
      node: process.version,
      processor: cpus()[0]?.model,
      processors: cpus().length,
      backend: backend.name,
      threads: process.env['TF_NUM_INTRAOP_THREADS'] ?? 'default',
      repetitions: Number(values.repetitions),
      networks,
    },
    null,
    2,
  ),
);
