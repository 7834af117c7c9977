import { HALF, ZERO } from '@opi-snn/conversion';
import { judgeFinding, pairedEffect, type Comparison, type FindingVerdict } from '@opi-snn/harness';
import { describeInitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import type { FindingsInput } from './findings.js';
import type { LayerErrorRow } from './layer-errors.js';
import type { SeriesPlan } from './series-plan.js';
import { CIFAR10_RESNET20, EMBEDDED_VGG } from './subjects.js';

const TIME_STEPS = [2, 4, 8, 16, 32];

const THEOREM_2 = {
  group: 'expected-error',
  question: 'Is the expected error of a layer zero from θ/2, and half a step θ/T from 0 (Theorem 2)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: TIME_STEPS },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 128,
  firstSpikes: false,
  plan: planExpectedError,
  judge: judgeExpectedError,
  profiles: ['full'],
} as const;

/** Theorem 2: measured mean error of every layer with its interval, from θ/2 and from 0. */
export const EXPECTED_ERROR: readonly ExperimentDefinition[] = [
  {
    ...THEOREM_2,
    id: 'expected-error-embedded-vgg',
    title: 'Expected error of every layer, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 250, standard: 1000, full: 2000 },
  },
  {
    ...THEOREM_2,
    id: 'expected-error-cifar10-resnet20',
    title: 'Expected error of every layer, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 250, standard: 1000, full: 10_000 },
  },
];

const SERIES = { half: HALF, zero: ZERO };

function planExpectedError({ subject: { snn, method } }: ExperimentContext): Promise<SeriesPlan[]> {
  const plans = Object.entries(SERIES).map(([id, initialPotential]): SeriesPlan => {
    const label = describeInitialPotential(initialPotential);
    return { id, label, method, initialPotential, network: snn, parameters: {} };
  });
  return Promise.resolve(plans);
}

function judgeExpectedError({ errors, timeSteps }: FindingsInput): FindingVerdict[] {
  return [isZero(errors, timeSteps), isNearer(errors, timeSteps)];
}

const SOURCE = 'Bu et al. (AAAI 2022), Theorem 2';

/** More than the theorem says: in whole networks inputs are neither constant nor of piecewise uniform density. */
function isZero(errors: readonly LayerErrorRow[], timeSteps: readonly number[]): FindingVerdict {
  const told = Object.entries(SERIES).map(([series, potential]) => {
    const byTime = timeSteps.map((t) => errors.filter((row) => row.series === series && row.timeSteps === t));
    const holding = byTime.map((rows) => rows.filter(({ biasInterval }) => holdsZero(biasInterval)).length);
    const means = byTime.map((rows) => mean(rows.map(({ measured }) => measured.bias)).toFixed(3));
    const layers = byTime[0]?.length ?? 0;
    return {
      isZero: holding.every((count) => count === layers),
      holding: `from ${describeInitialPotential(potential)}: ${holding.join(', ')} of ${layers}`,
      mean: `from ${describeInitialPotential(potential)}: ${means.join(', ').replaceAll('-', '−')}`,
    };
  });
  return {
    id: 'expected-error-zero',
    claim: 'In a whole network, too, the expected error of every layer is zero from θ/2',
    source: `This project. ${SOURCE}, claims it for one layer with constant input of piecewise uniform density`,
    confidence: 'ours',
    comparisons: [],
    evidence:
      `Layers whose 95 % interval of the mean error (over images) holds 0, at T = ${timeSteps.join(', ')}, ` +
      `${told.map(({ holding }) => holding).join('; ')}. Mean over the layers in θ/T, ${told.map((one) => one.mean).join('; ')}.`,
    effectUnit: 'θ/T',
    effect: null,
    pValue: null,
    rule: 'Supported if the 95 % interval of every layer holds 0 at every T; contradicted otherwise.',
    outcome: told[0]!.isZero ? 'supported' : 'contradicted',
  };
}

/** What is left of it in a whole network: the error from θ/2 is nearer to zero. A pair is an image. */
function isNearer(errors: readonly LayerErrorRow[], timeSteps: readonly number[]): FindingVerdict {
  const comparisons = timeSteps.map((t): Comparison => {
    const [half, zero] = Object.keys(SERIES).map((series) =>
      distanceByImage(errors.filter((row) => row.series === series && row.timeSteps === t)),
    );
    return {
      first: 'distance of the mean error from 0, start at 0',
      second: 'the same, θ/2',
      condition: `T = ${t}`,
      timeSteps: t,
      ...pairedEffect(zero!, half!),
      notJudged: null,
    };
  });
  return judgeFinding({
    finding: {
      id: 'expected-error-nearer-zero',
      claim: 'From θ/2 the mean error of the layers is nearer to zero than from 0',
      source: SOURCE,
      confidence: 'confirmed',
    },
    comparisons,
    effectUnit: 'θ/T',
  });
}

/** |mean error|, mean over the layers, for each image [θ/T]. */
function distanceByImage(rows: readonly LayerErrorRow[]): number[] {
  return rows[0]!.imageBias.map((_, image) => mean(rows.map(({ imageBias }) => Math.abs(imageBias[image]!))));
}

function holdsZero({ low, high }: LayerErrorRow['biasInterval']): boolean {
  return low <= 0 && high >= 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
