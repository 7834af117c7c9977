import {
  balanceLocally,
  calibrateWithMethod,
  estimateDelay,
  HALF,
  measureStatistics,
  METHODS,
  ZERO,
  type CalibrationRun,
  type GivenRule,
  type MethodName,
  type MethodOptions,
} from '@opi-snn/conversion';
import { compareAccuracy, findPublishedFinding, judgeFinding, type FindingVerdict } from '@opi-snn/harness';
import { foldBatchNorm, type Network } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';
import { createCalibration } from '../calibration.js';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition, Profile } from './definition.js';
import type { FindingsInput } from './findings.js';
import type { SeriesPlan } from './series-plan.js';
import { CIFAR10_RESNET20, EMBEDDED_VGG } from './subjects.js';

/** Every method that a network with clip activations can be converted with, once. */
const FAMILY = Object.values(METHODS)
  .filter(({ trainedWith, sameAs }) => trainedWith === undefined && sameAs === undefined)
  .map(({ name }) => name as MethodName);

const TIME_STEPS = [4, 8, 16, 32, 64];
const CALIBRATION_IMAGES: Readonly<Record<Profile, number>> = { quick: 32, standard: 64, full: 256 };

const RQ3 = {
  group: 'family',
  question: 'Does θ/2 raise the accuracy of other conversion methods at few time-steps (RQ3)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [1, 2, ...TIME_STEPS, 128, 256] },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 0,
  firstSpikes: false,
  plan: planFamily,
  stepsPerImage,
  judge: judgeFamily,
  remarks,
  profiles: ['full'],
} as const;

/** Every conversion method from 0 and from θ/2, for each committed network. */
export const FAMILY_EXPERIMENTS: readonly ExperimentDefinition[] = [
  {
    ...RQ3,
    id: 'family-embedded-vgg',
    title: 'Conversion methods without and with θ/2, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 500, standard: 2000, full: 2000 },
  },
  {
    ...RQ3,
    id: 'family-cifar10-resnet20',
    title: 'Conversion methods without and with θ/2, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 500, standard: 1000, full: 10_000 },
  },
];

/** The potential that a method is published with first, so that published rows stand beside it. */
function potentialsOf(method: MethodName): readonly InitialPotential[] {
  return METHODS[method].initialPotential === HALF ? [HALF, ZERO] : [ZERO, HALF];
}

function idOf(method: MethodName, potential: InitialPotential): string {
  return `${method}-${potential === HALF ? 'half' : 'zero'}`;
}

function isShifted(method: MethodName, potential: InitialPotential): boolean {
  return METHODS[method].shift !== undefined && potential === ZERO;
}

/** Whether the converted network depends on T, so that every T is simulated on its own. */
function isOfOneT(method: MethodName, potential: InitialPotential): boolean {
  return isShifted(method, potential) || METHODS[method].threshold.kind === 'mean-squared-error';
}

function stepsPerImage(timeSteps: readonly number[]): number {
  const each = timeSteps.reduce((sum, t) => sum + t, 0);
  return FAMILY.flatMap((method) =>
    potentialsOf(method).map((potential) => (isOfOneT(method, potential) ? each : timeSteps.at(-1)!)),
  ).reduce((sum, steps) => sum + steps, 0);
}

async function planFamily(context: ExperimentContext): Promise<SeriesPlan[]> {
  const run = await calibrationOf(context);
  const shared = measureOnce(context.subject.ann, run);
  const plans: SeriesPlan[] = [];
  for (const method of FAMILY) {
    for (const potential of potentialsOf(method))
      plans.push(await planOne(context, run, { method, potential, shared: shared(method) }));
  }
  return plans;
}

/** As many as the profile has, but no more than test images: a short run is short throughout. */
function calibrationImages({ images, settings }: ExperimentContext): number {
  return Math.min(CALIBRATION_IMAGES[settings.profile], images);
}

function calibrationOf(context: ExperimentContext): Promise<CalibrationRun> {
  const { definition, settings, subject } = context;
  const { kernels, threads, signal } = settings;
  return createCalibration(subject.ann, {
    dataset: definition.subject.dataset,
    folder: settings.data,
    images: calibrationImages(context),
    runner: { backend: kernels, ...(threads === undefined ? {} : { threads }) },
    signal,
  });
}

/** What several combinations need alike is measured once: statistics, and thresholds that no potential changes. */
function measureOnce(ann: Network, run: CalibrationRun): (method: MethodName) => MethodOptions {
  const statistics = measureStatistics(ann, run);
  const balanced = new Map<MethodName, GivenRule>();
  return (method) => {
    const { threshold } = METHODS[method];
    if (threshold.kind !== 'local-balancing') return { statistics };
    const known = balanced.get(method) ?? balanceLocally(foldBatchNorm(ann), threshold, run);
    balanced.set(method, known);
    return { threshold: known };
  };
}

interface Combination {
  readonly method: MethodName;
  readonly potential: InitialPotential;
  /** What has been measured already. */
  readonly shared: MethodOptions;
}

async function planOne(
  { subject: { ann } }: ExperimentContext,
  run: CalibrationRun,
  { method, potential, shared }: Combination,
): Promise<SeriesPlan> {
  const { shift, readOut } = METHODS[method];
  const shifted = isShifted(method, potential);
  const options: MethodOptions = {
    ...shared,
    initialPotential: potential,
    ...(shifted && { shift }),
  };
  const convert = async (more: MethodOptions = {}): Promise<Network> => {
    const { network } = await calibrateWithMethod(ann, method, run, { ...options, ...more });
    return network;
  };
  const network = isOfOneT(method, potential)
    ? (timeSteps: number) => convert({ timeSteps })
    : await convert();
  const delay =
    readOut === undefined || typeof network === 'function'
      ? undefined
      : estimateDelay(ann, network, run, potential);
  return {
    id: idOf(method, potential),
    label: `${method} (${potential === HALF ? 'θ/2' : '0'}${shifted ? ' and shift' : ''})`,
    method,
    initialPotential: potential,
    network,
    parameters: delay === undefined ? {} : { readOut: { kind: 'delayed', delay } },
  };
}

/** The claim for each method on its own: θ/2 over the start from 0, at every T. */
function judgeFamily({ runs, labels, timeSteps }: FindingsInput): FindingVerdict[] {
  const published = findPublishedFinding('raises-other-methods');
  return FAMILY.map((method) => {
    const [first, second] = [runs.get(idOf(method, HALF))!, runs.get(idOf(method, ZERO))!];
    return judgeFinding({
      finding: { ...published, id: `raises-${method}`, claim: `${published.claim}: ${method}` },
      comparisons: compareAccuracy({ first, second, labels }, timeSteps),
    });
  });
}

function remarks(context: ExperimentContext): string[] {
  return [
    `Thresholds, shifts and biases are measured on the first ${calibrationImages(context)} training images.`,
    'Methods made for ReLU networks (max-norm, robust-norm, spike-norm, rmp, hybrid, snnc-lp, local-balancing) are applied to ' +
      'a network with trained clips: its activations are bounded, so that their thresholds lie nearer to the largest activation ' +
      'than on a ReLU network, and they start from a better place than in their papers.',
    'From θ/2, rts and snnc-lp are without their shift θ/(2T): the two together are refused.',
    'Not run for want of a network trained for them: rnl (rate-norm activations), qcfs (qcfs activations). tcl is opi from 0; ' +
      'slip-relu converts as opi does.',
  ];
}
