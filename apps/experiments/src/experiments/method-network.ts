import {
  balanceLocally,
  calibrateWithMethod,
  estimateDelay,
  measureStatistics,
  METHODS,
  ZERO,
  type GivenRule,
  type LayerStatistics,
  type MethodName,
  type MethodOptions,
} from '@opi-snn/conversion';
import { executeJobs, type DatasetReference, type JobKind } from '@opi-snn/harness';
import { decodeNetwork, encodeNetwork, foldBatchNorm, type Network } from '@opi-snn/network';
import { FLOAT_ORDER } from '@opi-snn/neuron-kernels';
import type { InitialPotential } from '@opi-snn/theory';
import { z } from 'zod';
import type { ExperimentContext } from './context.js';
import type { SimulationWork } from './definition.js';

/** Which conversion of the experiment's ANN. */
export interface MethodRequest {
  readonly method: MethodName;
  readonly potential: InitialPotential;
  /** T, for methods that convert for one T; see {@link convertsForOneT}. */
  readonly timeSteps?: number;
}

/** A converted network, and the delay of its read-out where the method has one [steps]. */
export interface MethodNetwork {
  readonly network: Network;
  readonly delay: number | undefined;
}

/** What decides a conversion. */
interface MethodSpec extends MethodRequest {
  readonly kind: 'method-conversion';
  readonly specVersion: 1;
  readonly floatOrder: string;
  readonly network: { readonly name: string; readonly hash: string };
  readonly dataset: DatasetReference;
  readonly images: number;
  readonly seed: number;
  /** How the sample is taken, of methods that need one. */
  readonly sample?: 'in order of size';
}

const FILE = 'network.safetensors';
const VALUE = z.object({ delay: z.number().nullable() });
const KIND: JobKind<MethodSpec, MethodNetwork> = {
  name: 'method-conversion',
  encode: ({ network, delay = null }) => ({ value: { delay }, files: { [FILE]: encodeNetwork(network) } }),
  decode: ({ value, files }) => ({
    network: decodeNetwork(files[FILE]!),
    delay: VALUE.parse(value).delay ?? undefined,
  }),
};

/** From 0 a method has its shift; any other potential takes the place of it. */
export function isShifted({ method, potential }: MethodRequest): boolean {
  return METHODS[method].shift !== undefined && potential === ZERO;
}

/** Whether a conversion is another one for another T. */
export function convertsForOneT(request: MethodRequest): boolean {
  return isShifted(request) || METHODS[request.method].threshold.kind === 'mean-squared-error';
}

/** One run of the conversion, or one for each T. */
export function simulationWork(request: MethodRequest, timeSteps: readonly number[]): SimulationWork {
  const { neuron, preparation, threshold } = METHODS[request.method];
  return {
    steps: convertsForOneT(request) ? timeSteps.reduce((sum, t) => sum + t, 0) : timeSteps.at(-1)!,
    isEventDriven: neuron.emission !== undefined || threshold.kind === 'neuron-maximum',
    preparation,
  };
}

/** The conversion of the experiment's ANN by a method, from the store where it is there. */
export async function methodNetwork(
  context: ExperimentContext,
  request: MethodRequest,
): Promise<MethodNetwork> {
  const { source } = await context.calibrationImages();
  const { dataSet: name, split, sha256: hash, images, seed } = source;
  const spec: MethodSpec = {
    kind: 'method-conversion',
    specVersion: 1,
    floatOrder: FLOAT_ORDER,
    network: context.network,
    dataset: { name, split, hash },
    images,
    seed,
    ...(METHODS[request.method].threshold.kind === 'mean-squared-error' && { sample: 'in order of size' }),
    ...request,
  };
  const { store, signal } = context.settings;
  const execute = (): Promise<MethodNetwork> => convert(context, request);
  const [finished] = await executeJobs([spec], { store, signal, kind: KIND, execute });
  return finished!.result;
}

async function convert(
  context: ExperimentContext,
  { method, potential, timeSteps }: MethodRequest,
): Promise<MethodNetwork> {
  const { ann } = context.subject;
  const run = await context.calibrationRun();
  const { shift, readOut } = METHODS[method];
  const options: MethodOptions = {
    ...(await measured(context, method)),
    initialPotential: potential,
    ...(shift !== undefined && isShifted({ method, potential }) && { shift }),
    ...(timeSteps === undefined ? {} : { timeSteps }),
    ...(ann.description.nodes.some(({ op }) => op === 'max-pool') && { maxPool: 'rate-gated' }),
  };
  const { network } = await calibrateWithMethod(ann, method, run, options);
  return {
    network,
    delay: readOut === undefined ? undefined : estimateDelay(ann, network, run, potential),
  };
}

/** Measurements that serve several conversions of an experiment under way. */
interface Measured {
  statistics?: readonly LayerStatistics[];
  balanced?: GivenRule;
}
const measurements = new WeakMap<ExperimentContext, Measured>();

/** What several combinations need alike, measured once: statistics, and thresholds that no potential changes. */
async function measured(context: ExperimentContext, method: MethodName): Promise<MethodOptions> {
  const known = measurements.get(context) ?? {};
  measurements.set(context, known);
  const { ann } = context.subject;
  const run = await context.calibrationRun();
  const { threshold } = METHODS[method];
  switch (threshold.kind) {
    case 'local-balancing':
      known.balanced ??= balanceLocally(foldBatchNorm(ann), threshold, run);
      return { threshold: known.balanced };
    case 'trained-bound':
    case 'spiking-maximum':
      return {};
    default:
      known.statistics ??= measureStatistics(ann, run);
      return { statistics: known.statistics };
  }
}
