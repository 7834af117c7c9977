/**
 * One simulation, the same in Node and in a browser, where this file is served as it stands: everything comes in as an
 * argument. Returns plain values, in which every bit of the result can be compared.
 */
export async function runNetwork({ network, simulation }, options) {
  const { buildSmallVgg, foldBatchNorm, initializeTensors } = network;
  const ann = buildSmallVgg({ classes: 10, inputShape: [16, 16, 3], activation: { op: 'relu' } });
  const folded = foldBatchNorm({ description: ann, tensors: initializeTensors(ann, { seed: 3 }) });
  const fire = {
    op: 'integrate-and-fire',
    reset: 'subtraction',
    initialPotential: { kind: 'fraction', fraction: 0.5 },
  };
  const nodes = folded.description.nodes.map((node) => (node.op === 'relu' ? { ...node, ...fire } : node));
  const thresholds = nodes
    .filter(({ op }) => op === fire.op)
    .map(({ name }) => [`${name}/threshold`, { shape: [1], data: Float32Array.of(0.7) }]);
  const snn = {
    description: { ...folded.description, nodes },
    tensors: new Map([...folded.tensors, ...thresholds]),
  };
  // Sums, products and divisions only: sines and exponentials differ between engines.
  const pixels = Float32Array.from({ length: 12 * 16 * 16 * 3 }, (_, i) => ((i * 7919) % 1013) / 400 - 1);
  const images = simulation.imagesInMemory(pixels, [16, 16, 3]);
  const run = await simulation.simulateNetwork(snn, images, {
    timeSteps: 20,
    record: { logits: true },
    ...options,
  });
  return {
    backend: run.backend,
    threads: run.threads,
    predictionHash: run.predictionHash,
    logits: [...run.logits],
    spikes: run.layers.map(({ spikes }) => [...spikes]),
  };
}
