import { join } from 'node:path';
import { convertWithMethod } from '@opi-snn/conversion';
import { loadDataset } from '@opi-snn/datasets';
import { inferShapes, loadNetwork, type Network, type NetworkNode } from '@opi-snn/network';
import { simulateNetwork } from '@opi-snn/simulation';
import { describe, expect, test } from 'vitest';
import { imageSource } from '../src/experiments/subject.js';
import { CHECKPOINTS } from '../src/workspace.js';

/**
 * Additions that one spike of each neuron causes, by following the description node by node: another way than the plan
 * of the simulation and the tables of the kernels. Knows networks in which every node is read by one other.
 */
function fansOut({ description }: Network, neurons: string): Float64Array {
  const shapes = inferShapes(description);
  const [height, width, channels] = shapes.get(neurons) as [number, number, number];
  const readerOf = (name: string): NetworkNode | undefined =>
    description.nodes.find(({ inputs }) => (inputs as readonly string[]).includes(name));
  const fans = new Float64Array(height * width * channels);
  for (let i = 0; i < fans.length; i++) {
    let places = [[Math.floor(i / channels / width), Math.floor(i / channels) % width] as const];
    let reader = readerOf(neurons)!;
    for (; reader.op === 'average-pool' || reader.op === 'flatten'; reader = readerOf(reader.name)!) {
      if (reader.op === 'average-pool')
        places = reached(places, reader.size, reader, shapes.get(reader.name)!);
    }
    if (reader.op === 'conv2d') {
      fans[i] = reached(places, reader.kernelSize, reader, shapes.get(reader.name)!).length * reader.filters;
    } else if (reader.op === 'dense') fans[i] = places.length * reader.units;
  }
  return fans;
}

/** Positions of a window's output that see the places, each as often as it sees one. */
function reached(
  places: readonly (readonly [number, number])[],
  [rows, columns]: readonly [number, number],
  { strides, padding }: { strides: readonly [number, number]; padding: { top: number; left: number } },
  [height, width]: readonly number[],
): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (const [y, x] of places) {
    for (let oy = 0; oy < height!; oy++) {
      const dy = y - (oy * strides[0] - padding.top);
      if (dy < 0 || dy >= rows) continue;
      for (let ox = 0; ox < width!; ox++) {
        const dx = x - (ox * strides[1] - padding.left);
        if (dx >= 0 && dx < columns) found.push([oy, ox]);
      }
    }
  }
  return found;
}

describe('synaptic operations of a converted network', () => {
  test('are the spikes of every neuron times the weights that it meets inside the image', async () => {
    const ann = await loadNetwork(join(CHECKPOINTS, 'embedded-vgg.safetensors'));
    const { network } = convertWithMethod(ann, 'opi');
    const dataset = await loadDataset('shapes-10', 'train', {});
    const run = await simulateNetwork(network, imageSource(dataset, ann.description.preprocessing!), {
      timeSteps: 5,
      indices: [3, 8],
      threads: 1,
      record: { spikeCountsAt: [5] },
    });
    const names = run.layers.map(({ name }) => name);
    expect(names).toHaveLength(6);
    names.slice(0, -1).forEach((name, layer) => {
      const fans = fansOut(network, name);
      const counts = run.spikeCounts!.byLayer.get(name)![0]!;
      const expected = counts.reduce((sum, spikes, i) => sum + spikes * fans[i % fans.length]!, 0);
      const counted = run.layers[layer + 1]!.synapticOperations.reduce((sum, n) => sum + n, 0);
      expect(counted, name).toBe(expected);
      expect(expected).toBeGreaterThan(0);
    });
    // Nothing spikes before the first layer, which reads the image.
    expect([...run.layers[0]!.synapticOperations]).toEqual([0, 0, 0, 0, 0]);
  });
});
