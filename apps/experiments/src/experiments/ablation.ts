import { HALF, type LayerCalibration, type PotentialStrategy } from '@opi-snn/conversion';
import { compareAccuracy, judgeFinding, type Finding, type FindingVerdict } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { describeInitialPotential } from '@opi-snn/theory';
import type { CalibrationImages } from '../calibration-images.js';
import { calibratedNetwork, type CalibrationRequest } from './calibrated-network.js';
import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition, SimulationWork } from './definition.js';
import type { FindingsInput } from './findings.js';
import type { SeriesPlan } from './series-plan.js';
import { CIFAR10_RESNET20, CIFAR10_RESNET20_QCFS, CIFAR10_RESNET20_RELU, EMBEDDED_VGG } from './subjects.js';

const TIME_STEPS = [4, 8, 16, 32, 64];
/** T of the one calibration that serves a whole run. */
const SHARED_TIME_STEPS = 8;
const STRATEGIES: readonly PotentialStrategy[] = ['zero-mean', 'calibrated', 'joint'];

const ABLATION = {
  group: 'ablation',
  question:
    'How much is left to gain beyond θ/2 by potentials (and thresholds) calibrated on training images?',
  timeSteps: { quick: TIME_STEPS, standard: TIME_STEPS, full: TIME_STEPS },
  seeds: { quick: [1], standard: [1], full: [1] },
  errorImages: 0,
  firstSpikes: false,
  plan: planAblation,
  simulations,
  calibrations,
  judge: judgeAblation,
  remarks: ablationRemarks,
  profiles: ['full'],
} as const;

/** Beyond the paper: θ/2 against potentials without mean error, alone, layer by layer, and together with thresholds. */
export const ABLATION_EXPERIMENTS: readonly ExperimentDefinition[] = [
  {
    ...ABLATION,
    id: 'ablation-embedded-vgg',
    title: 'Calibrated potentials, small VGG on the embedded images',
    subject: EMBEDDED_VGG,
    images: { quick: 500, standard: 2000, full: 2000 },
  },
  {
    ...ABLATION,
    id: 'ablation-cifar10-resnet20',
    title: 'Calibrated potentials, ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20,
    images: { quick: 500, standard: 2000, full: 10_000 },
  },
  {
    ...ABLATION,
    id: 'ablation-cifar10-resnet20-qcfs',
    title: 'Calibrated potentials, QCFS ResNet-20 (L = 8) on CIFAR-10',
    subject: CIFAR10_RESNET20_QCFS,
    images: { quick: 500, standard: 2000, full: 10_000 },
  },
  {
    ...ABLATION,
    id: 'ablation-cifar10-resnet20-relu',
    title: 'Calibrated potentials, ReLU ResNet-20 on CIFAR-10',
    subject: CIFAR10_RESNET20_RELU,
    images: { quick: 500, standard: 2000, full: 10_000 },
  },
];

/** What a report says about the calibrations of an experiment under way. */
interface Calibrated {
  readonly images: CalibrationImages;
  /** Predictions, by what they are called in the report. */
  readonly predicted: Map<string, readonly LayerCalibration[]>;
}
const underWay = new WeakMap<ExperimentContext, Calibrated>();

async function planAblation(context: ExperimentContext): Promise<SeriesPlan[]> {
  const predicted = new Map<string, readonly LayerCalibration[]>();
  underWay.set(context, { images: await context.calibrationImages(), predicted });
  const calibrate = async (strategy: PotentialStrategy, timeSteps: number): Promise<Network> => {
    const { network, layers } = await calibratedNetwork(context, { strategy, timeSteps });
    predicted.set(`${strategy}, T = ${timeSteps}`, layers);
    return network;
  };
  const common = { method: context.subject.method, parameters: {} };
  const plans: SeriesPlan[] = [
    {
      ...common,
      id: 'half',
      label: describeInitialPotential(HALF),
      initialPotential: HALF,
      network: context.subject.snn,
    },
  ];
  for (const strategy of STRATEGIES) {
    plans.push({
      ...common,
      id: `${strategy}-each`,
      label: `${strategy}, for each T`,
      initialPotential: 'network',
      network: (timeSteps) => calibrate(strategy, timeSteps),
    });
  }
  for (const strategy of STRATEGIES.slice(1)) {
    plans.push({
      ...common,
      id: `${strategy}-one`,
      label: `${strategy}, one for all T`,
      initialPotential: 'network',
      network: await calibrate(strategy, SHARED_TIME_STEPS),
    });
  }
  return plans;
}

/** Of each strategy one for each T; of all but the first one more, that serves all T. */
function calibrations(timeSteps: readonly number[]): CalibrationRequest[] {
  return STRATEGIES.flatMap((strategy, i) =>
    [...timeSteps, ...(i === 0 ? [] : [SHARED_TIME_STEPS])].map((t) => ({ strategy, timeSteps: t })),
  );
}

/** θ/2 and the shared calibrations run once, the others for each T. */
function simulations(timeSteps: readonly number[]): SimulationWork[] {
  const each = timeSteps.reduce((sum, t) => sum + t, 0);
  return [{ steps: STRATEGIES.length * (timeSteps.at(-1)! + each) }];
}

function judgeAblation({ runs, labels, timeSteps }: FindingsInput): FindingVerdict[] {
  const half = runs.get('half')!;
  return [...runs.keys()]
    .filter((id) => id !== 'half')
    .map((id) => {
      const first = runs.get(id)!;
      const comparisons = compareAccuracy({ first, second: half, labels }, timeSteps);
      return judgeFinding({ finding: claimOf(id, first.label), comparisons });
    });
}

function claimOf(id: string, label: string): Finding {
  return {
    id: `${id}-beats-half`,
    claim: `Potentials “${label}” are never behind θ/2`,
    confidence: 'ours',
    source: 'what calibration is for, docs/methods/calibrated-potentials.md',
  };
}

function ablationRemarks(context: ExperimentContext): readonly string[] {
  const { images, predicted } = underWay.get(context)!;
  return [
    `Calibrated on ${images.count} training images (seed ${images.source.seed}); “for each T”: a network of its own for each T; “one for all T”: calibrated for T = ${SHARED_TIME_STEPS}.`,
    ...[...predicted].map(([name, layers]) => {
      const mean = (pick: (layer: LayerCalibration) => number): string =>
        (layers.reduce((sum, layer) => sum + pick(layer), 0) / layers.length).toFixed(3);
      return (
        `Predicted on the calibration images, ${name}: mean error of a channel ${mean((layer) => layer.before.bias)} → ` +
        `${mean((layer) => layer.after.bias)} θ/T, squared error ${mean((layer) => layer.before.squaredError)} → ` +
        `${mean((layer) => layer.after.squaredError)} (θ/T)², mean over ${layers.length} layers.`
      );
    }),
  ];
}
