import type { Measurement, RunEnvironment } from '../src/index.js';

/** A measurement with one series, one finding and one cell, as small as it gets. */
export const MEASUREMENT: Measurement = {
  experiment: { id: 'table', title: 'A table', question: 'Which is better?' },
  profile: 'quick',
  network: { name: 'net', checkpoint: 'net.safetensors', hash: 'aa', parameters: 10 },
  dataset: { name: 'shapes-10', split: 'test', hash: 'bb', images: 10, available: 20 },
  ann: { correct: 9, images: 10, accuracy: 0.9, interval: { low: 0.6, high: 0.98 }, backend: 'wasm' },
  timeSteps: [1],
  series: [
    {
      id: 'half',
      label: 'θ/2',
      method: 'opi',
      initialPotential: { kind: 'fraction', fraction: 0.5 },
      runs: [{ seed: 1, address: 'cc', predictionHash: 'dd', correct: [8] }],
      accuracy: [
        {
          timeSteps: 1,
          correct: 8,
          images: 10,
          accuracy: 0.8,
          interval: { low: 0.5, high: 0.94 },
          spread: null,
        },
      ],
      cost: [
        { timeSteps: 1, spikesPerNeuronPerStep: 0.1, spikesPerImage: 3, synapticOperationsPerImage: 30 },
      ],
      layers: [{ layer: 'fire', neurons: 30, spikesPerNeuronPerStep: 0.1 }],
    },
  ],
  errors: [],
  firstSpikes: [{ series: 'half', layer: 'fire', depth: 1, meanStep: null, firedFraction: 0, timeSteps: 1 }],
  cells: [],
  findings: [],
  remarks: ['θ'],
};

/** Where it was measured. */
export const ENVIRONMENT: RunEnvironment = {
  node: 'v20.20.2',
  v8: '11',
  platform: 'linux x64',
  cpu: 'a CPU',
  cores: 2,
  backend: 'wasm-simd',
  threads: 2,
  versions: { '@opi-snn/harness': '0.0.0' },
  git: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 1.5,
  command: 'opi reproduce',
  jobs: { stored: 1, executed: 2 },
};
