import { describe, expect, it } from 'vitest';
import {
  ConversionError,
  convertNetwork,
  type ConversionOptions,
  convertWithMethod,
  HALF,
  type LayerStatistics,
  RESET_BY_SUBTRACTION,
} from '../src/index.js';
import type { Network, NetworkNode } from '@opi-snn/network';
import { tensor, tinyNetwork } from './tiny-network.js';

const TRAINED: ConversionOptions = {
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
};

/** The lines of the refusal, without the first. */
function refusal(network: Network, options: ConversionOptions): string[] {
  try {
    convertNetwork(network, options);
  } catch (error) {
    expect(error).toBeInstanceOf(ConversionError);
    expect((error as ConversionError).problems.length).toBe((error as Error).message.split('\n').length - 1);
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error('the conversion was not refused');
}

const FULL: readonly LayerStatistics[] = [
  { node: 'act1', maximum: 1 },
  { node: 'act2', maximum: 1 },
];

describe('ConversionError', () => {
  it('names caller, network and number of problems in its first line', () => {
    const network = tinyNetwork({ activation: 'relu', pool: 'max-pool' });
    expect(() => convertNetwork(network, TRAINED)).toThrow(
      /^convertNetwork: network "tiny" has 3 problems:\n {2}pool: .*\n {2}act1: .*\n {2}act2: .*$/,
    );
  });

  it('lists relu under the trained-bound rule', () => {
    expect(refusal(tinyNetwork({ activation: 'relu' }), TRAINED)[0]).toBe(
      'act1: relu has no trained bound. Train the network with clip activations, or use the threshold rule maximum or percentile',
    );
  });

  it('lists max pooling without a stated replacement', () => {
    expect(refusal(tinyNetwork({ pool: 'max-pool' }), TRAINED)).toEqual([
      "pool: what becomes of max pooling must be stated. Use --max-pool rate-gated (maxPool: 'rate-gated'), which passes on the " +
        'largest rate of a window, or average, which changes what the ANN computes unless it was trained so',
    ]);
  });

  it('lists max pooling whose spike counts cannot be compared', () => {
    const edit = (nodes: NetworkNode[]): NetworkNode[] =>
      nodes.map((node) => (node.name === 'pool' ? ({ ...node, inputs: ['norm'] } as NetworkNode) : node));
    const gated = { ...TRAINED, maxPool: 'rate-gated' } as const;
    expect(refusal(tinyNetwork({ pool: 'max-pool', edit }), gated)).toContain(
      'pool: max pooling gated by rate must read an activation, got "norm" (batch-norm). Put an activation before it, or use --max-pool average',
    );
    expect(
      refusal(tinyNetwork({ pool: 'max-pool' }), { ...gated, threshold: { kind: 'neuron-maximum' } }),
    ).toContain(
      'pool: max pooling gated by rate compares spike counts, but each neuron has a threshold of its own. Use one threshold per channel, or --max-pool average',
    );
  });

  it('lists missing statistics, and percentiles that were not measured', () => {
    const relu = tinyNetwork({ activation: 'relu' });
    const statistics = [{ node: 'act1', maximum: 1, percentiles: [{ percentile: 99, value: 1 }] }];
    expect(
      refusal(relu, { ...TRAINED, threshold: { kind: 'percentile', percentile: 99.9 }, statistics }),
    ).toEqual([
      'act1: the statistics hold no percentile 99.9 (measured percentiles: 99). Collect the statistics with this percentile',
      'act2: no activation statistics are given. Collect them on training images',
    ]);
  });

  it.each([0, -1, NaN, Infinity, 1e-60])('lists a layer whose maximum is %d', (maximum) => {
    const statistics = [{ node: 'act1', maximum }, FULL[1]!];
    const lines = refusal(tinyNetwork(), { ...TRAINED, threshold: { kind: 'maximum' }, statistics });
    expect(lines).toEqual([
      `act1: the threshold must be finite and > 0, got ${Math.fround(maximum)} as maximum of its activations. A layer that ` +
        'is (almost) never active has no scale: use more images, a higher percentile, or remove it',
    ]);
  });

  it('lists qcfs under a rule that measures', () => {
    const options: ConversionOptions = { ...TRAINED, threshold: { kind: 'maximum' }, statistics: FULL };
    expect(refusal(tinyNetwork({ activation: 'qcfs' }), options)[0]).toBe(
      'act1: qcfs was trained for the threshold λ, maximum would shift its 4 levels. Use the threshold rule trained-bound',
    );
    expect(convertNetwork(tinyNetwork({ activation: 'qcfs' }), TRAINED).report.layers[0]!.replaced).toBe(
      'qcfs',
    );
  });

  it('lists Rate-Norm under a rule that measures', () => {
    const network = tinyNetwork({
      edit: (nodes) =>
        nodes.map((node) =>
          node.name === 'act1' ? { op: 'rate-norm', name: 'act1', inputs: ['norm'] } : node,
        ),
    });
    const options: ConversionOptions = {
      ...TRAINED,
      threshold: { kind: 'maximum' },
      statistics: FULL.slice(1),
    };
    expect(refusal(network, options)).toContain(
      'act1: rate-norm puts out rates, not activations. Use the threshold rule trained-bound, or convert ' +
        'foldRateNorm(network) and measure statistics on that one',
    );
  });

  it('lists statistics of unknown nodes and statistics given twice', () => {
    const statistics = [...FULL, { node: 'act9', maximum: 1 }, { node: 'act1', maximum: 2 }];
    expect(refusal(tinyNetwork(), { ...TRAINED, threshold: { kind: 'maximum' }, statistics })).toEqual([
      'statistics are given for "act9", which is no activation of the network. Collect the statistics again, on this network',
      'act1: statistics are given twice. Collect the statistics again, on this network',
    ]);
  });

  it.each([0, -5, 100.1, NaN])('lists percentile %d', (percentile) => {
    expect(refusal(tinyNetwork(), { ...TRAINED, threshold: { kind: 'percentile', percentile } })).toEqual([
      `threshold.percentile must be in (0, 100], got ${percentile}. Percentiles are given in percent`,
    ]);
  });

  it('lists rules that do not exist', () => {
    const options = {
      ...TRAINED,
      threshold: { kind: 'median' },
      neuron: { reset: 'leak' },
      maxPool: 'stochastic',
    } as unknown as ConversionOptions;
    expect(refusal(tinyNetwork(), options)).toEqual([
      'neuron.reset must be subtraction or zero, got "leak". The theory holds for subtraction',
      'maxPool must be average, rate-gated or absent, got "stochastic". Leave it out if the network has no max pooling',
      'threshold.kind must be one of trained-bound, maximum, neuron-maximum, percentile, mean-squared-error, given, got "median". Use one of these rules',
    ]);
  });

  it('lists wrong and missing initial potentials', () => {
    const potential = { kind: 'uniform', low: 1, high: 0 } as const;
    const remedy = 'Give a fraction, uniform, normal or fractions, in units of the threshold';
    const message = 'initialPotential: low must be at most high, got low 1 and high 0';
    expect(refusal(tinyNetwork(), { ...TRAINED, initialPotential: potential })).toEqual([
      `${message}. ${remedy}`,
    ]);
    const layers = { act1: potential, act7: HALF };
    expect(refusal(tinyNetwork(), { ...TRAINED, initialPotential: { kind: 'per-layer', layers } })).toEqual([
      'act2: no initial potential is given for this layer. Name the layer, or give one for all others in otherwise',
      `act1: ${message}. ${remedy}`,
      'an initial potential is given for "act7", which is no activation. The activations are act1, act2',
    ]);
  });

  it('lists layers with too few or too many potentials of their own', () => {
    const fractions = { kind: 'fractions', fractions: [0, 1, 0, 1] } as const;
    const remedy = 'Calibrate on this network, or give one fraction for the layer';
    expect(refusal(tinyNetwork(), { ...TRAINED, initialPotential: fractions })).toEqual([
      `act1: initialPotential.fractions must have one value for each of 3 channels or 48 neurons, got 4. ${remedy}`,
      `act2: initialPotential.fractions must have one value for each of 3 channels or 3 neurons, got 4. ${remedy}`,
    ]);
  });

  it('lists an activation as output', () => {
    const withClip = tinyNetwork({
      edit: (nodes) => [...nodes, { op: 'clip', name: 'last', inputs: ['logits'] }],
      output: 'last',
      extraTensors: { 'last/bound': tensor([1], [1]) },
    });
    expect(refusal(withClip, TRAINED)).toEqual([
      'last: the output is a clip, but logits must be linear. Make "logits" the output, or put a dense node after it',
    ]);
  });

  it('lists a network that spikes already', () => {
    const { network } = convertNetwork(tinyNetwork(), TRAINED);
    expect(refusal(network, TRAINED)).toEqual([
      'act1: the network spikes already (integrate-and-fire). Convert the ANN it came from',
      'act2: the network spikes already (integrate-and-fire). Convert the ANN it came from',
      'the network has no activation (relu, clip, qcfs), so that nothing would spike. Convert the trained ANN, not a part of it',
    ]);
  });

  it('lists batch norm that cannot be folded', () => {
    const afterActivation = tinyNetwork({
      edit: (nodes) =>
        nodes
          .map((node) => {
            if (node.name === 'norm') return { ...node, inputs: ['act1'] } as NetworkNode;
            if (node.name === 'act1') return { ...node, inputs: ['conv'] } as NetworkNode;
            if (node.name === 'pool') return { ...node, inputs: ['norm'] } as NetworkNode;
            return node;
          })
          .sort((a, b) => order(a) - order(b)),
    });
    const lines = refusal(afterActivation, TRAINED);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^norm: cannot be folded: its input 'act1' must be conv2d or dense, got clip; .*\. Batch norm must follow a conv2d or dense node that nothing else reads$/,
    );
  });

  it('lists what is wrong with an invalid network together with everything else', () => {
    const unknown = { op: 'tanh', name: 'squash', inputs: ['hidden'] } as unknown as NetworkNode;
    const network = tinyNetwork({
      pool: 'max-pool',
      edit: (nodes) => [
        ...nodes
          .slice(0, -1)
          .map((node) => (node.name === 'act2' ? ({ ...node, inputs: ['squash'] } as NetworkNode) : node)),
        unknown,
        nodes.at(-1)!,
      ],
    });
    const lines = refusal(network, TRAINED);
    expect(lines).toContain(
      'squash: operation "tanh" is unknown. Known are input, conv2d, dense, batch-norm, add, average-pool, max-pool, ' +
        'global-average-pool, flatten, relu, clip, qcfs, rate-norm, integrate-and-fire',
    );
    expect(lines.some((line) => line.startsWith('pool: what becomes of max pooling'))).toBe(true);
    expect(lines.some((line) => line.endsWith('Repair the network; validateNetwork lists the same'))).toBe(
      true,
    );
  });

  it('is not what an unknown method throws', () => {
    expect(() => convertWithMethod(tinyNetwork(), 'best' as 'opi')).toThrow(
      new RangeError(
        'convertWithMethod: name must be one of opi, tcl, max-norm, robust-norm, rts, spike-norm, rmp, hybrid, rnl, qcfs, slip-relu, snnc-lp, snnc-ap, local-balancing, snm, group-neurons, srp, cos, crpi, tsc, got "best".',
      ),
    );
  });
});

/** image, conv, act1, norm, then as before. */
function order({ name }: NetworkNode): number {
  return ['image', 'conv', 'act1', 'norm', 'pool', 'flat', 'hidden', 'act2', 'logits'].indexOf(name);
}
