import { buildSmallVgg, initializeTensors, type NetworkDescription } from '@opi-snn/network';
import { describe, expect, it } from 'vitest';
import { startingTensors } from '../src/starting-tensors.js';

const ACTIVATIONS = [{ op: 'relu' }, { op: 'clip' }, { op: 'qcfs', levels: 4 }, { op: 'rate-norm' }] as const;

function descriptionWith(activation: (typeof ACTIVATIONS)[number]): NetworkDescription {
  return buildSmallVgg({ classes: 2, inputShape: [8, 8, 1], blocks: [[4], [8]], activation });
}

const pairs = ACTIVATIONS.flatMap((before) => ACTIVATIONS.map((after) => [before, after] as const));

describe('startingTensors', () => {
  it.each(pairs)('takes the weights of a network with %o over into one with %o', (before, after) => {
    const trained = descriptionWith(before);
    const from = { description: trained, tensors: initializeTensors(trained, { seed: 1, initialBound: 3 }) };
    const description = descriptionWith(after);
    const own = initializeTensors(description, { seed: 2 });
    const tensors = startingTensors(description, { seed: 2, from });
    expect([...tensors.keys()]).toEqual([...own.keys()]);
    for (const [name, tensor] of tensors) expect(tensor).toEqual(from.tensors.get(name) ?? own.get(name));
    expect(tensors.get('logits/kernel')).toEqual(from.tensors.get('logits/kernel'));
  });
});
