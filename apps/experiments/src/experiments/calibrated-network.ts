import { type LayerCalibration, type PotentialStrategy, setNeurons } from '@opi-snn/conversion';
import { executeJobs, jsonKind, type DatasetReference } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { FLOAT_ORDER } from '@opi-snn/neuron-kernels';
import { z } from 'zod';
import { type AnalogMemory, calibrateOnTrainingImages } from '../calibrate-potentials.js';
import type { ExperimentContext } from './context.js';

/** What decides a calibration. */
interface CalibrationSpec {
  readonly kind: 'potential-calibration';
  readonly specVersion: 1;
  readonly floatOrder: string;
  readonly network: { readonly name: string; readonly hash: string };
  readonly dataset: DatasetReference;
  readonly strategy: PotentialStrategy;
  readonly timeSteps: number;
  readonly images: number;
  readonly seed: number;
}

const error = z.object({ bias: z.number(), squaredError: z.number() });
const layers = z.array(
  z.object({
    node: z.string(),
    theta: z.array(z.number()),
    fractions: z.array(z.number()),
    before: error,
    after: error,
  }),
);
const KIND = jsonKind<CalibrationSpec, z.infer<typeof layers>>('potential-calibration', layers);

/** Which calibration of the experiment's network. */
export interface CalibrationRequest {
  readonly strategy: PotentialStrategy;
  readonly timeSteps: number;
  /** Number of training images, and the seed that chooses them. */
  readonly images: number;
  readonly seed: number;
}

/** Values of the ANN, kept while an experiment is under way. */
const memories = new WeakMap<ExperimentContext, AnalogMemory>();

/** The network of an experiment with calibrated potentials, from the store where it is there. */
export async function calibratedNetwork(
  context: ExperimentContext,
  request: CalibrationRequest,
): Promise<{ readonly network: Network; readonly layers: readonly LayerCalibration[] }> {
  const { subject, settings } = context;
  const dataset = await context.trainingImages();
  const { name, split, hash } = dataset;
  const spec: CalibrationSpec = {
    kind: 'potential-calibration',
    specVersion: 1,
    floatOrder: FLOAT_ORDER,
    network: context.network,
    dataset: { name, split, hash },
    ...request,
    images: Math.min(request.images, dataset.length),
  };
  const memory = memories.get(context) ?? (new Map() as AnalogMemory);
  memories.set(context, memory);
  const [finished] = await executeJobs([spec], {
    store: settings.store,
    kind: KIND,
    signal: settings.signal,
    execute: async ({ strategy, timeSteps, images, seed }) => {
      const { kernels: backend, threads } = settings;
      const runner = { backend, ...(threads === undefined ? {} : { threads }) };
      const calibration = {
        strategy,
        timeSteps,
        dataset,
        images,
        seed,
        runner,
        memory,
        signal: settings.signal,
      };
      const calibrated = await calibrateOnTrainingImages(subject.ann, subject.snn, calibration);
      return calibrated.layers.map(copyOf);
    },
  });
  const { result } = finished!;
  const network = result.reduce((snn, { node, ...values }) => setNeurons(snn, node, values), subject.snn);
  return { network, layers: result };
}

/** As plain JSON. */
function copyOf({ node, theta, fractions, before, after }: LayerCalibration): z.infer<typeof layers>[number] {
  return { node, theta: [...theta], fractions: [...fractions], before: { ...before }, after: { ...after } };
}
