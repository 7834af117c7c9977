import { HALF } from '@opi-snn/conversion';
import type { FindingVerdict } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import type { FindingsInput } from './findings.js';
import { rescaleNetwork } from './rescale-network.js';
import type { SeriesPlan } from './series-plan.js';
import type { SpikeTrains } from './spike-trains.js';
import { CIFAR10_RESNET20, EMBEDDED_VGG } from './subjects.js';

const TIME_STEPS = [1, 2, 4, 8, 16, 32];
const TRAINED = 'trained';

const THEOREM_1 = {
  group: 'scaling',
  question:
    'Does the network spike alike when its thresholds are scaled and its weights with them, such as normalised to 1 (Theorem 1)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: TIME_STEPS },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 0,
  firstSpikes: false,
  spikeTrains: { images: 16, timeSteps: 32 },
  plan: planScaling,
  judge: judgeScaling,
  profiles: ['full'],
} as const;

/** Theorem 1: threshold scaling = weight normalisation, spike by spike. */
export const SCALING: readonly ExperimentDefinition[] = [
  {
    ...THEOREM_1,
    id: 'scaling-embedded-vgg',
    title: 'Threshold scaling and weight normalisation, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 250, standard: 1000, full: 2000 },
  },
  {
    ...THEOREM_1,
    id: 'scaling-cifar10-resnet20',
    title: 'Threshold scaling and weight normalisation, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 250, standard: 1000, full: 10_000 },
  },
];

/** Powers of two between layers: from an eighth of the trained threshold to four times. */
const EXPONENTS = [1, -3, 2, 0, -1];

function planScaling({ subject: { snn, method } }: ExperimentContext): Promise<SeriesPlan[]> {
  let group = 0;
  const byPowersOfTwo = rescaleNetwork(snn, () => 2 ** EXPONENTS[group++ % EXPONENTS.length]!);
  const normalised = rescaleNetwork(
    snn,
    (neurons) => 1 / Math.max(...neurons.map((name) => thetaOf(snn, name))),
  );
  const series: [string, string, Network][] = [
    [TRAINED, 'thresholds as trained', snn],
    ['powers-of-two', 'thresholds times powers of two', byPowersOfTwo],
    ['normalised', 'weights normalised, thresholds 1', normalised],
  ];
  return Promise.resolve(
    series.map(([id, label, network]) => ({
      id,
      label,
      method,
      initialPotential: HALF,
      network,
      parameters: {},
    })),
  );
}

function thetaOf({ tensors }: Network, name: string): number {
  return Math.max(...tensors.get(`${name}/threshold`)!.data);
}

/** Theorem 1 is about numbers without rounding: powers of two are such, 1/θ is not. */
function judgeScaling({ spikeTrains }: FindingsInput): FindingVerdict[] {
  const [trained, exact, normalised] = spikeTrains;
  return [
    verdict({
      id: 'scaling-spikes-identical',
      claim: 'Scaling every threshold, and weights and biases with it, leaves every spike where it is',
      trains: [trained!, exact!],
      allowed: 0,
    }),
    verdict({
      id: 'normalisation-spikes-identical',
      claim:
        'Weights normalised to thresholds of 1 in float32 leave the spikes where they are, but for those that rounding moves ' +
        `(at most ${100 * ALLOWED_BY_ROUNDING} % of a layer’s spikes more or fewer)`,
      trains: [trained!, normalised!],
      allowed: ALLOWED_BY_ROUNDING,
    }),
  ];
}

/** Relative change of a layer's number of spikes that rounding of weights to 24 bits may explain. */
const ALLOWED_BY_ROUNDING = 0.001;

interface Judged {
  readonly id: string;
  readonly claim: string;
  readonly trains: readonly [trained: SpikeTrains, other: SpikeTrains];
  readonly allowed: number;
}

function verdict({ id, claim, trains: [trained, other], allowed }: Judged): FindingVerdict {
  const identical = trained.layers.filter(({ hash }, i) => other.layers[i]!.hash === hash).length;
  const changes = trained.layers.map(
    ({ spikes }, i) => Math.abs(other.layers[i]!.spikes - spikes) / Math.max(1, spikes),
  );
  const total = trained.layers.reduce((sum, { spikes }) => sum + spikes, 0);
  const holds = allowed === 0 ? identical === trained.layers.length : Math.max(...changes) <= allowed;
  const largest = Number((100 * Math.max(...changes)).toPrecision(2));
  return {
    id,
    claim,
    source: 'Bu et al. (AAAI 2022), Theorem 1',
    confidence: 'confirmed',
    comparisons: [],
    evidence:
      `${identical} of ${trained.layers.length} layers have the same spike trains to the bit (SHA-256 over every neuron and step, ` +
      `${trained.images} images, T = ${trained.timeSteps}, ${total.toLocaleString('en')} spikes); largest change of a layer’s number of spikes ${largest} %.`,
    effectUnit: 'layers',
    effect: null,
    pValue: null,
    rule: allowed === 0 ? 'Equality of hashes, layer by layer.' : 'Number of spikes, layer by layer.',
    outcome: holds ? 'supported' : 'contradicted',
  };
}
