import { compareFirstSpikes, judgeFinding, type FindingVerdict } from '@opi-snn/harness';
import { HALF, ZERO } from '@opi-snn/conversion';
import { describeInitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import type { FindingsInput } from './findings.js';
import type { SeriesPlan } from './series-plan.js';
import { CIFAR10_RESNET20, EMBEDDED_VGG } from './subjects.js';

const TIME_STEPS = [1, 2, 4, 8, 16, 32, 64];

const FIGURE_1 = {
  group: 'delay',
  question: 'How much later do deep layers fire first without the initial potential (figure 1)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [...TIME_STEPS, 128, 256, 512] },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 0,
  firstSpikes: true,
  plan: planDelay,
  judge: judgeDelay,
  profiles: ['full'],
} as const;

/**
 * Figure 1: first spike of each layer with and without θ/2. Mean over the neurons that fire within T and over images
 * (paper.md 7, choice 8); the test counts silent neurons as T + 1, which favours neither side.
 */
export const DELAY: readonly ExperimentDefinition[] = [
  {
    ...FIGURE_1,
    id: 'delay-embedded-vgg',
    title: 'Propagation delay, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 500, standard: 2000, full: 2000 },
  },
  {
    ...FIGURE_1,
    id: 'delay-cifar10-resnet20',
    title: 'Propagation delay, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 500, standard: 2000, full: 10_000 },
  },
];

function planDelay({ subject }: ExperimentContext): Promise<SeriesPlan[]> {
  const potentials = { half: HALF, zero: ZERO };
  const plans = Object.entries(potentials).map(([id, initialPotential]): SeriesPlan => {
    const label = describeInitialPotential(initialPotential);
    return { id, label, method: subject.method, initialPotential, network: subject.snn, parameters: {} };
  });
  return Promise.resolve(plans);
}

function judgeDelay({ runs }: FindingsInput): FindingVerdict[] {
  return [
    judgeFinding({
      finding: 'deep-first-spikes-later',
      comparisons: [compareFirstSpikes(runs.get('zero')!, runs.get('half')!)],
      effectUnit: 'time-steps',
    }),
  ];
}
