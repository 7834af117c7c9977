import { hashNetwork, setNeurons, type LayerCalibration, type PotentialStrategy } from '@opi-snn/conversion';
import { executeJobs, jsonKind, type DatasetReference } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { FLOAT_ORDER } from '@opi-snn/neuron-kernels';
import { z } from 'zod';
import { calibrateOnTrainingImages } from '../calibrate-potentials.js';
import type { ExperimentContext } from './context.js';

/** What decides a calibration. */
interface CalibrationSpec {
  readonly kind: 'potential-calibration';
  readonly specVersion: 1;
  readonly floatOrder: string;
  readonly network: { readonly name: string; readonly hash: string };
  /** Hash of the converted network, unless it is the one that the experiment is about, which follows from the ANN. */
  readonly converted?: string;
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

/** Which calibration. */
export interface CalibrationRequest {
  readonly strategy: PotentialStrategy;
  readonly timeSteps: number;
}

/**
 * A spiking network with calibrated potentials, from the store where it is there.
 *
 * @param snn converted from the ANN of the experiment; default the network that the experiment is about
 */
export async function calibratedNetwork(
  context: ExperimentContext,
  { strategy, timeSteps }: CalibrationRequest,
  snn: Network = context.subject.snn,
): Promise<{ readonly network: Network; readonly layers: readonly LayerCalibration[] }> {
  const { subject, settings } = context;
  const on = await context.calibrationImages();
  const { dataSet: name, split, sha256: hash, images, seed } = on.source;
  const spec: CalibrationSpec = {
    kind: 'potential-calibration',
    specVersion: 1,
    floatOrder: FLOAT_ORDER,
    network: context.network,
    ...(snn === subject.snn ? {} : { converted: hashNetwork(snn) }),
    dataset: { name, split, hash },
    strategy,
    timeSteps,
    images,
    seed,
  };
  const [finished] = await executeJobs([spec], {
    store: settings.store,
    kind: KIND,
    signal: settings.signal,
    execute: async () => {
      const calibrated = await calibrateOnTrainingImages(subject.ann, snn, {
        strategy,
        timeSteps,
        on,
        analog: await context.analogRun(),
        runner: context.calibrationRunner,
        signal: settings.signal,
      });
      return calibrated.layers.map(copyOf);
    },
  });
  const { result } = finished!;
  const network = result.reduce((all, { node, ...values }) => setNeurons(all, node, values), snn);
  return { network, layers: result };
}

/** As plain JSON. */
function copyOf({ node, theta, fractions, before, after }: LayerCalibration): z.infer<typeof layers>[number] {
  return { node, theta: [...theta], fractions: [...fractions], before: { ...before }, after: { ...after } };
}
