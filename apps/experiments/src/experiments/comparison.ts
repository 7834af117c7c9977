import { HALF, METHODS, ZERO, type MethodName } from '@opi-snn/conversion';
import { IMAGENET } from '@opi-snn/datasets';
import { compareAccuracy, judgeFinding, publishedMethods, type FindingVerdict } from '@opi-snn/harness';
import type { InitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition, SimulationWork } from './definition.js';
import type { FindingsInput } from './findings.js';
import { imagenetRemarks } from './initial-potentials.js';
import { convertsForOneT, methodNetwork, simulationWork } from './method-network.js';
import type { SeriesPlan } from './series-plan.js';
import { METHOD } from './subject.js';
import type { SubjectDefinition } from './subject-definition.js';
import {
  CIFAR10_RESNET18,
  CIFAR10_RESNET20,
  CIFAR10_VGG16,
  CIFAR100_RESNET18,
  CIFAR100_RESNET20,
  CIFAR100_VGG16,
  IMAGENET_VGG16,
} from './subjects.js';

/** The methods that the paper compares itself with, as far as they need no network of their own; all start from 0. */
const EARLIER: readonly MethodName[] = ['tcl', 'robust-norm', 'spike-norm', 'rmp', 'rts', 'snnc-lp'];
/** θ/2 on the thresholds of the network: trained ones, or else percentiles. */
const OPI = 'opi';

const TIME_STEPS = [2, 4, 8, 16, 32, 64];
/** The largest T at which few time-steps are claimed to be enough. */
const COMPARED_UP_TO = 32;

const RQ3 = {
  group: 'comparison',
  question: 'Does OPI answer better at few time-steps than earlier conversion methods (RQ3)?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [...TIME_STEPS, 128, 256, 512] },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 0,
  firstSpikes: false,
  showsAllPublished: true,
  plan: planComparison,
  simulations,
  judge: judgeComparison,
  remarks,
  profiles: ['full'],
} as const;

/**
 * The paper's tables beside earlier methods: CIFAR-10, CIFAR-100 and ImageNet, a part for each network. Every published row
 * of the network stands beside what the same method makes of our checkpoint, or as not run.
 */
export const COMPARISONS: readonly ExperimentDefinition[] = [
  part('cifar10-vgg16', 'VGG-16 on CIFAR-10', CIFAR10_VGG16),
  part('cifar10-resnet18', 'ResNet-18 on CIFAR-10', CIFAR10_RESNET18),
  part('cifar10-resnet20', 'ResNet-20 on CIFAR-10', CIFAR10_RESNET20),
  part('cifar100-vgg16', 'VGG-16 on CIFAR-100', CIFAR100_VGG16),
  part('cifar100-resnet18', 'ResNet-18 on CIFAR-100', CIFAR100_RESNET18),
  part('cifar100-resnet20', 'ResNet-20 on CIFAR-100', CIFAR100_RESNET20),
  {
    ...part('imagenet-vgg16', 'VGG-16 on ImageNet', IMAGENET_VGG16),
    images: { quick: 16, standard: 500, full: 10_000 },
  },
];

function part(id: string, name: string, subject: SubjectDefinition): ExperimentDefinition {
  const images = { quick: 250, standard: 10_000, full: 10_000 };
  return { ...RQ3, id: `comparison-${id}`, title: `Conversion methods, ${name}`, subject, images };
}

/**
 * Of a ReLU network nothing has trained bounds: OPI is then θ/2 on percentile thresholds, and there is no TCL. Thresholds and
 * biases that are found by running the network read out every neuron of a layer, more than the simulator can with large images.
 */
function earlierMethods({ subject }: ExperimentContext): readonly MethodName[] {
  return EARLIER.filter((name) => {
    const { calibration, threshold } = METHODS[name];
    if (threshold.kind === 'trained-bound') return subject.method === METHOD;
    const runsTheNetwork = threshold.kind === 'spiking-maximum' || calibration !== undefined;
    return !runsTheNetwork || subject.dataset.name !== IMAGENET;
  });
}

async function planComparison(context: ExperimentContext): Promise<SeriesPlan[]> {
  const { method } = context.subject;
  const plans = [await planOne(context, { id: OPI, label: `${method} (θ/2)`, method, potential: HALF })];
  for (const one of earlierMethods(context)) {
    const label = METHODS[one].shift === undefined ? `${one} (0)` : `${one} (0 and shift)`;
    plans.push(await planOne(context, { id: one, label, method: one, potential: ZERO }));
  }
  return plans;
}

async function planOne(
  context: ExperimentContext,
  {
    id,
    label,
    method,
    potential,
  }: Pick<SeriesPlan, 'id' | 'label' | 'method'> & { potential: InitialPotential },
): Promise<SeriesPlan> {
  const common = { id, label, method, initialPotential: potential, parameters: {} };
  const request = { method, potential };
  // Trained bounds are the thresholds of the experiment's network, whatever the method is called.
  if (METHODS[method].threshold.kind === 'trained-bound') {
    return { ...common, network: context.subject.snn };
  }
  if (!convertsForOneT(request)) {
    return { ...common, network: (await methodNetwork(context, request)).network };
  }
  return {
    ...common,
    network: async (timeSteps) => (await methodNetwork(context, { ...request, timeSteps })).network,
  };
}

/** One run of each series, or one for each T; {@link planComparison} converts, which is long work. */
function simulations(timeSteps: readonly number[]): SimulationWork[] {
  const earlier = EARLIER.map((method) => simulationWork({ method, potential: ZERO }, timeSteps));
  return [{ steps: timeSteps.at(-1)! }, ...earlier];
}

function judgeComparison({ runs, labels, timeSteps }: FindingsInput): FindingVerdict[] {
  const first = runs.get(OPI)!;
  const few = timeSteps.filter((t) => t <= COMPARED_UP_TO);
  const comparisons = [...runs]
    .filter(([id]) => id !== OPI)
    .flatMap(([, second]) => compareAccuracy({ first, second, labels }, few));
  return [judgeFinding({ finding: 'beats-earlier-methods', comparisons })];
}

/** Why a published method has no number of ours. */
const NOT_RUN: Readonly<Record<string, string>> = {
  hybrid: 'the training after the conversion is not part of this project',
  tsc: 'its neurons code values in spike times; `opi evaluate` runs it',
  'snnc-ap':
    'its weights are calibrated anew for each T, which takes too long here (`opi convert --method snnc-ap`); its light form, snnc-lp, is run',
  rnl: 'it needs a network trained with rate-norm activations',
  qcfs: 'it needs a network trained with QCFS activations; `opi reproduce cifar10-resnet20-qcfs4` runs one',
  tcl: 'the network has no trained bounds',
  'spike-norm':
    'thresholds found by running the network need the input of every neuron, too many with images of this size',
  rmp: 'as spike-norm',
  'snnc-lp': 'as spike-norm, for its biases',
  opi: 'the network has no trained bounds; θ/2 on percentile thresholds is run in its place',
};

function remarks(context: ExperimentContext): string[] {
  const { calibrationCount, definition, subject } = context;
  const run = new Set<string>([subject.method, ...earlierMethods(context)]);
  const { published } = definition.subject;
  const left = published === undefined ? [] : publishedMethods(published).filter((name) => !run.has(name));
  const reasons = left.map(
    (name) => `${name}: ${NOT_RUN[name] ?? 'later than the paper, see `opi reproduce family`'}`,
  );
  return [
    `Thresholds, shifts and biases are measured on ${calibrationCount} training images; every ` +
      'method converts the same network. Each published row is of a network of its own, mostly with other training: compare ' +
      'what is lost to the ANNs as well.',
    ...(reasons.length === 0 ? [] : [`Not run: ${reasons.join('; ')}.`]),
    ...(published?.dataset === 'imagenet' ? imagenetRemarks(context) : []),
    ...(published?.dataset === 'cifar-10' && published.network === 'resnet18'
      ? [
          'OPI’s own row for ResNet-18 on CIFAR-10 is not known: the one remembered is, number by number, a row of QCFS.',
        ]
      : []),
  ];
}
