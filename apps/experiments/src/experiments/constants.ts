import { compareMeanAccuracy, judgeFinding, type FindingVerdict } from '@opi-snn/harness';
import { fraction } from '@opi-snn/conversion';
import { describeInitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import type { FindingsInput } from './findings.js';
import type { SeriesPlan } from './series-plan.js';
import { CIFAR10_RESNET20, EMBEDDED_VGG } from './subjects.js';

/** Tenths of the threshold: the constants of RQ2 (paper.md 7, choice 7). */
const TENTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const HALF = idOf(5);
const TIME_STEPS = [1, 2, 4, 8, 16, 32, 64];

const RQ2 = {
  group: 'constants',
  question: 'Among potentials that are the same for every neuron, is θ/2 the best constant (RQ2)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [...TIME_STEPS, 128, 256, 512] },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 0,
  firstSpikes: true,
  plan: planConstants,
  judge: judgeConstants,
  profiles: ['full'],
} as const;

/** RQ2: accuracy against the constant, for each committed network. */
export const CONSTANTS: readonly ExperimentDefinition[] = [
  {
    ...RQ2,
    id: 'constants-embedded-vgg',
    title: 'Constant potentials from 0 to θ, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 500, standard: 2000, full: 2000 },
  },
  {
    ...RQ2,
    id: 'constants-cifar10-resnet20',
    title: 'Constant potentials from 0 to θ, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 500, standard: 2000, full: 10_000 },
  },
];

function idOf(tenths: number): string {
  return `theta-${(tenths / 10).toFixed(1)}`;
}

function planConstants({ subject }: ExperimentContext): Promise<SeriesPlan[]> {
  const plans = TENTHS.map((tenths): SeriesPlan => {
    const initialPotential = fraction(tenths / 10);
    return {
      id: idOf(tenths),
      label: describeInitialPotential(initialPotential),
      method: subject.method,
      initialPotential,
      network: subject.snn,
      parameters: {},
    };
  });
  return Promise.resolve(plans);
}

/** "Best overall" as the mean over the reported T of an image's answers: θ/2 against each other constant. */
function judgeConstants({ runs, labels, timeSteps }: FindingsInput): FindingVerdict[] {
  const half = runs.get(HALF)!;
  const others = TENTHS.map(idOf).filter((id) => id !== HALF);
  const comparisons = others.map((id) =>
    compareMeanAccuracy({ first: half, second: runs.get(id)!, labels }, timeSteps),
  );
  return [judgeFinding({ finding: 'best-constant', comparisons })];
}
