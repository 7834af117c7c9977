import { HALF, METHODS, ZERO, type MethodName } from '@opi-snn/conversion';
import {
  compareAccuracy,
  findPublishedFinding,
  judgeFinding,
  type Finding,
  type FindingVerdict,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';
import { calibratedNetwork, type CalibrationRequest } from './calibrated-network.js';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition, SimulationWork } from './definition.js';
import type { FindingsInput } from './findings.js';
import {
  convertsForOneT,
  isShifted,
  methodNetwork,
  simulationWork,
  type MethodNetwork,
} from './method-network.js';
import type { SeriesPlan } from './series-plan.js';
import { CIFAR10_RESNET20, CIFAR10_RESNET20_QCFS4, EMBEDDED_VGG } from './subjects.js';

/**
 * Every method that a network with clip activations can be converted with, once, and that answers single images in T steps;
 * but for the one that calibrates weights, which would take as long as all others together.
 */
const OF_CLIP_NETWORKS = Object.values(METHODS)
  .filter(({ trainedWith, sameAs, calibration, carriedPotential, neuron }) => {
    const isOfImages = carriedPotential === undefined && neuron.emission?.kind !== 'temporal-switch';
    const isShort = calibration !== 'advanced';
    return trainedWith === undefined && sameAs === undefined && isOfImages && isShort;
  })
  .map(({ name }) => name as MethodName);

/** Those made for networks with QCFS activations, whose thresholds are trained: another rule would shift their levels. */
const OF_QCFS_NETWORKS = ['qcfs', 'srp', 'cos', 'group-neurons'] as const;

const TIME_STEPS = [4, 8, 16, 32, 64];
/** Of the strategies the one that leaves the thresholds to the method, for one T that serves a whole run. */
const CALIBRATION = { strategy: 'calibrated', timeSteps: 8 } as const;

/** Every conversion method from 0, from θ/2 and from calibrated potentials, for networks of both kinds. */
export const FAMILY_EXPERIMENTS: readonly ExperimentDefinition[] = [
  {
    ...familyTable(OF_CLIP_NETWORKS, clipRemarks),
    id: 'family-embedded-vgg',
    title: 'Conversion methods and initial potentials, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 250, standard: 2000, full: 2000 },
  },
  {
    ...familyTable(OF_CLIP_NETWORKS, clipRemarks),
    id: 'family-cifar10-resnet20',
    title: 'Conversion methods and initial potentials, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 500, standard: 1000, full: 10_000 },
  },
  {
    ...familyTable(OF_QCFS_NETWORKS, qcfsRemarks),
    id: 'family-cifar10-resnet20-qcfs4',
    title: 'Conversion methods and initial potentials, QCFS ResNet-20 (L = 4) on CIFAR-10',
    subject: CIFAR10_RESNET20_QCFS4,
    images: { quick: 500, standard: 1000, full: 10_000 },
  },
];

/** The table of some methods. */
function familyTable(methods: readonly MethodName[], remarks: NonNullable<ExperimentDefinition['remarks']>) {
  return {
    group: 'family',
    question:
      'Does θ/2 raise the accuracy of other conversion methods at few time-steps, and do calibrated potentials raise it further?',
    timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: [1, 2, ...TIME_STEPS, 128, 256] },
    seeds: { quick: [1], standard: [1], full: [1] },
    errorImages: 0,
    firstSpikes: false,
    plan: (context) => planFamily(context, methods),
    simulations: (timeSteps) => simulations(timeSteps, methods),
    calibrations: (timeSteps) => calibrations(timeSteps, methods),
    judge: (input) => methods.flatMap((method) => judgeMethod(input, method)),
    remarks,
    profiles: ['full'],
  } satisfies Partial<ExperimentDefinition>;
}

/** What a method starts from in a series. */
type Start = 'zero' | 'half' | 'calibrated';
const STARTS: Readonly<Record<Start, { readonly potential: InitialPotential; readonly sign: string }>> = {
  zero: { potential: ZERO, sign: '0' },
  half: { potential: HALF, sign: 'θ/2' },
  calibrated: { potential: HALF, sign: 'calibrated' },
};

/** The start that a method is published with comes first, so that published rows stand beside it. */
function startsOf(method: MethodName): readonly Start[] {
  const first = METHODS[method].initialPotential === HALF ? 'half' : 'zero';
  const second = first === 'half' ? 'zero' : 'half';
  return isCalibratable(method) ? [first, second, 'calibrated'] : [first, second];
}

/** Calibration is made for plain neurons with one θ per channel, and for runs that start from what it found. */
function isCalibratable(method: MethodName): boolean {
  const { neuron, threshold, preparation } = METHODS[method];
  return neuron.emission === undefined && preparation === undefined && threshold.kind !== 'neuron-maximum';
}

function idOf(method: MethodName, start: Start): string {
  return `${method}-${start}`;
}

async function planFamily(context: ExperimentContext, methods: readonly MethodName[]): Promise<SeriesPlan[]> {
  const plans: SeriesPlan[] = [];
  for (const method of methods) {
    for (const start of startsOf(method)) plans.push(await planOne(context, method, start));
  }
  return plans;
}

async function planOne(context: ExperimentContext, method: MethodName, start: Start): Promise<SeriesPlan> {
  const { potential, sign } = STARTS[start];
  const request = { method, potential };
  const common = {
    id: idOf(method, start),
    label: `${method} (${sign}${isShifted(request) ? ' and shift' : ''})`,
    method,
    initialPotential: start === 'calibrated' ? 'network' : potential,
  } as const;
  const calibrated = async ({ network }: MethodNetwork, timeSteps: number): Promise<Network> => {
    if (start !== 'calibrated') return network;
    return (await calibratedNetwork(context, { ...CALIBRATION, timeSteps }, network)).network;
  };
  if (convertsForOneT(request)) {
    const network = async (timeSteps: number): Promise<Network> =>
      calibrated(await methodNetwork(context, { ...request, timeSteps }), timeSteps);
    return { ...common, network, parameters: {} };
  }
  const converted = await methodNetwork(context, request);
  const { delay } = converted;
  const { preparation } = METHODS[method];
  return {
    ...common,
    network: await calibrated(converted, CALIBRATION.timeSteps),
    parameters: {
      ...(delay !== undefined && { readOut: { kind: 'delayed', delay } }),
      ...(preparation !== undefined && { preparation: { ...preparation } }),
    },
  };
}

function simulations(timeSteps: readonly number[], methods: readonly MethodName[]): SimulationWork[] {
  return methods.flatMap((method) =>
    startsOf(method).map((start) =>
      simulationWork({ method, potential: STARTS[start].potential }, timeSteps),
    ),
  );
}

/** One for each method that can be calibrated, or one for each T. */
function calibrations(timeSteps: readonly number[], methods: readonly MethodName[]): CalibrationRequest[] {
  return methods.filter(isCalibratable).flatMap((method) =>
    (convertsForOneT({ method, potential: HALF }) ? timeSteps : [CALIBRATION.timeSteps]).map((t) => ({
      ...CALIBRATION,
      timeSteps: t,
    })),
  );
}

/** Of one method the paper's claim, θ/2 over the start from 0, and ours, calibrated over θ/2. */
function judgeMethod({ runs, labels, timeSteps }: FindingsInput, method: MethodName): FindingVerdict[] {
  const judge = (finding: Finding, [ahead, behind]: [Start, Start]): FindingVerdict => {
    const [first, second] = [runs.get(idOf(method, ahead))!, runs.get(idOf(method, behind))!];
    return judgeFinding({
      finding,
      comparisons: compareAccuracy({ first, second, labels }, timeSteps),
    });
  };
  const published = findPublishedFinding('raises-other-methods');
  const raises = { ...published, id: `raises-${method}`, claim: `${published.claim}: ${method}` };
  return [
    judge(raises, ['half', 'zero']),
    ...(isCalibratable(method) ? [judge(calibrationClaim(method), ['calibrated', 'half'])] : []),
  ];
}

function calibrationClaim(method: MethodName): Finding {
  return {
    id: `calibrated-raises-${method}`,
    claim: `calibrated potentials are never behind θ/2: ${method}`,
    confidence: 'ours',
    source: 'what calibration is for, docs/methods/calibrated-potentials.md',
  };
}

function clipRemarks(context: ExperimentContext): string[] {
  return [
    calibrationRemark(context),
    'Methods made for ReLU networks (max-norm, robust-norm, spike-norm, rmp, hybrid, snnc-lp, local-balancing) are applied to ' +
      'a network with trained clips: its activations are bounded, so that their thresholds lie nearer to the largest activation ' +
      'than on a ReLU network, and they start from a better place than in their papers.',
    'Of a method that converts for one T (snnc-lp) potentials are calibrated for that T.',
    'From θ/2 or calibrated potentials, rts and snnc-lp are without their shift θ/(2T): the two together are refused.',
    'Potentials are not calibrated for signed neurons, groups, thresholds per neuron, and methods with a trial of their own (snm, group-neurons, srp, cos).',
    'Not run for want of a network trained for them: rnl (rate-norm activations), qcfs (qcfs activations: family-cifar10-resnet20-qcfs4). tcl is opi from 0; ' +
      'slip-relu converts as opi does. snnc-ap calibrates weights for each T, which takes too long here; crpi is about sequences of images, tsc is not rate coded (docs/methods).',
  ];
}

function qcfsRemarks(context: ExperimentContext): string[] {
  return [
    calibrationRemark(context),
    'Methods with other thresholds than the trained ones are refused on a QCFS network: they would shift its levels.',
    'Potentials are not calibrated for groups and methods with a trial of their own (group-neurons, srp, cos).',
  ];
}

function calibrationRemark({ calibrationCount }: ExperimentContext): string {
  const { strategy, timeSteps } = CALIBRATION;
  return (
    `Thresholds, shifts, biases and calibrated potentials are measured on ${calibrationCount} training images. Calibrated: strategy ` +
    `“${strategy}”, from the thresholds of the method, for T = ${timeSteps} and read at every T.`
  );
}
