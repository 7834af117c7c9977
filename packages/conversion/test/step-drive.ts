import { cutNetwork, runNetwork, type Network } from '@opi-snn/network';
import type { DriveMeasurement } from '../src/index.js';

/**
 * Drive of the two layers of the converted tiny network, stepped here, plainly: act1 reads the image, act2 reads the spikes of
 * act1 (times θ) through pooling and the hidden layer.
 */
export function stepDrive(images: Float32Array): DriveMeasurement {
  const rows = Array.from({ length: images.length / 32 }, (_, i) => images.subarray(i * 32, (i + 1) * 32));
  return (network, { node, timeSteps }, visit) => {
    rows.forEach((image, row) => {
      const constant = runNetwork(cutNetwork(network, 'conv'), image).output.data;
      const steps = Array.from({ length: timeSteps }, () => constant);
      const currents = node === 'act1' ? steps : behindNeurons(network, fire(network, steps));
      const flat = new Float32Array(timeSteps * currents[0]!.length);
      currents.forEach((step, t) => {
        flat.set(step, t * step.length);
      });
      visit(row, flat);
    });
    return Promise.resolve();
  };
}

/** θ · spikes of act1 at every step. */
function fire(network: Network, steps: readonly Float32Array[]): Float32Array[] {
  const theta = network.tensors.get('act1/threshold')!.data;
  const fractions = network.tensors.get('act1/initial-potential')?.data ?? Float32Array.of(0.5);
  const v = steps[0]!.map((_, i) => fractions[i % fractions.length]! * theta[i % theta.length]!);
  return steps.map((current) =>
    v.map((before, i) => {
      const threshold = theta[i % theta.length]!;
      const u = before + current[i]!;
      v[i] = u >= threshold ? u - threshold : u;
      return u >= threshold ? threshold : 0;
    }),
  );
}

/** The hidden layer's output for each step's spikes. */
function behindNeurons(network: Network, spikes: readonly Float32Array[]): Float32Array[] {
  const { description } = cutNetwork(network, 'hidden');
  const nodes = description.nodes
    .filter(({ name }) => ['act1', 'pool', 'flat', 'hidden'].includes(name))
    .map((node) =>
      node.name === 'act1' ? ({ op: 'input', name: 'act1', inputs: [], shape: [4, 4, 3] } as const) : node,
    );
  const tensors = new Map([...network.tensors].filter(([key]) => key.startsWith('hidden/')));
  return spikes.map(
    (image) => runNetwork({ description: { ...description, nodes }, tensors }, image).output.data,
  );
}
