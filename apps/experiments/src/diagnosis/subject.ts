import { HALF, isActivation, METHODS, type MethodName } from '@opi-snn/conversion';
import type { Dataset } from '@opi-snn/datasets';
import { foldRateNorm, type Network } from '@opi-snn/network';
import { analogCounterpart } from '@opi-snn/simulation';
import { isSpiking, loadCheckpoint } from '../checkpoint.js';
import { convertByMethod, type MethodConversion } from '../convert-by-method.js';
import { UsageError } from '../failure.js';

/** An ANN and the spiking network that is judged by it. */
export interface DiagnosisPair {
  /** As it was trained, but with Rate-Norms as clips. */
  readonly ann: Network;
  readonly snn: Network;
  /** Where the spiking network comes from, for people. */
  readonly origin: string;
  readonly notes: readonly string[];
}

/** Conversion of an ANN that is to be diagnosed. */
export interface DiagnosisConversion extends Pick<
  MethodConversion,
  'images' | 'seed' | 'backend' | 'runner' | 'signal' | 'quiet'
> {
  /** Default: `opi` where every activation has a bound, else `robust-norm` from θ/2. */
  readonly method: MethodName | undefined;
  /** Training images. */
  readonly dataset: Dataset;
  /** T, for the methods that convert for one T. */
  readonly timeSteps: number;
}

/**
 * The pair of networks behind `opi diagnose CHECKPOINT [--ann FILE]`: an ANN is converted; a spiking network is compared
 * with the ANN of the file, or, without one, with its own weights and ReLUs.
 *
 * @throws UsageError if the two files do not belong together
 */
export async function diagnosisPair(
  { path, network }: { readonly path: string; readonly network: Network },
  annFile: string | undefined,
  conversion: DiagnosisConversion,
): Promise<DiagnosisPair> {
  if (isSpiking(network)) return spikingPair(path, network, annFile, conversion.method);
  if (annFile !== undefined) {
    throw new UsageError(
      `--ann is the ANN behind a spiking network, but ${path} is an ANN itself; leave --ann out.`,
    );
  }
  const ann = foldRateNorm(network);
  const bounded = ann.description.nodes.filter(isActivation).every(({ op }) => op !== 'relu');
  const method = conversion.method ?? (bounded ? 'opi' : 'robust-norm');
  const { dataset, timeSteps } = conversion;
  const { network: snn, report } = await convertByMethod(ann, {
    ...conversion,
    method,
    rules: {
      ...(conversion.method === undefined ? { initialPotential: HALF } : {}),
      timeSteps,
      maxPool: 'rate-gated',
    },
    trainingSet: () => Promise.resolve(dataset),
  });
  assertDiagnosable(snn, `--method ${method}`);
  const trial = METHODS[method].preparation === undefined ? [] : [WITHOUT_TRIAL];
  return { ann, snn, origin: `converted with ${method}`, notes: [...report.notes, ...trial] };
}

const WITHOUT_TRIAL = 'The diagnosis is of the run without this preparation.';

/** Layers are compared by how often their neurons fire, at most once a step. */
function assertDiagnosable({ description }: Network, what: string): void {
  const reasons: Partial<Record<string, string>> = {
    'temporal-switch': 'neurons that are not rate coded',
    group: 'groups of neurons, which fire several times a step',
  };
  for (const node of description.nodes) {
    const reason = node.op === 'integrate-and-fire' && reasons[node.emission?.kind ?? ''];
    if (reason) {
      throw new UsageError(
        `diagnose compares activations with rates of plain neurons, but ${what} gives ${reason}. ` +
          'Measure its accuracy with `opi evaluate`; what its thresholds and weights are worth shows the diagnosis of `--method opi`.',
      );
    }
  }
}

async function spikingPair(
  path: string,
  snn: Network,
  annFile: string | undefined,
  method: MethodName | undefined,
): Promise<DiagnosisPair> {
  if (method !== undefined) {
    throw new UsageError(
      `--method converts an ANN, but ${path} is a spiking network already; leave --method out.`,
    );
  }
  assertDiagnosable(snn, path);
  if (annFile === undefined) {
    const note =
      'Without --ann the spiking network is compared with its own weights and ReLUs: wrong weights, such as a missing ' +
      'batch-norm fold, cannot be found, and what a trained bound would clip counts as clipped.';
    return { ann: analogCounterpart(snn), snn, origin: 'as it is in the file', notes: [note] };
  }
  const { path: annPath, network } = await loadCheckpoint(annFile);
  if (isSpiking(network)) throw new UsageError(`--ann must be an ANN, got the spiking network ${annPath}.`);
  const ann = foldRateNorm(network);
  assertSameLayers(ann, snn, annPath);
  return { ann, snn, origin: `as it is in the file, against ${annPath}`, notes: [] };
}

function assertSameLayers(ann: Network, snn: Network, path: string): void {
  const activations = ann.description.nodes.filter(isActivation).map(({ name }) => name);
  const missing = snn.description.nodes.filter(
    ({ op, name }) => op === 'integrate-and-fire' && !activations.includes(name),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new UsageError(
    `--ann must be the ANN that was converted; ${path} has no activations called ${names} (it has ${activations.join(', ')}).`,
  );
}
