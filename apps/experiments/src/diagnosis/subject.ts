import {
  convertWithMethod,
  isActivation,
  METHODS,
  type LayerStatistics,
  type MethodName,
} from '@opi-snn/conversion';
import type { Dataset, Normalization } from '@opi-snn/datasets';
import { foldRateNorm, type Network } from '@opi-snn/network';
import { analogCounterpart } from '@opi-snn/simulation';
import { measureActivations } from '@opi-snn/training';
import { isSpiking, loadCheckpoint } from '../checkpoint.js';
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
export interface DiagnosisConversion {
  /** Default: `opi` where every activation has a bound, else `robust-norm` from θ/2. */
  readonly method: MethodName | undefined;
  readonly dataset: Dataset;
  readonly normalization: Normalization;
  readonly images: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly signal: AbortSignal;
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
  const isMeasured = METHODS[method].threshold.kind !== 'trained-bound';
  const { network: snn, report } = convertWithMethod(ann, method, {
    ...(isMeasured ? { statistics: await statistics(ann, conversion) } : {}),
    ...(conversion.method === undefined
      ? { initialPotential: { kind: 'fraction', fraction: 0.5 } as const }
      : {}),
    maxPool: 'rate-gated',
  });
  return { ann, snn, origin: `converted with ${method}`, notes: report.notes };
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

async function statistics(
  ann: Network,
  { dataset, normalization, images, backend, signal }: DiagnosisConversion,
): Promise<readonly LayerStatistics[]> {
  const { layers } = await measureActivations(ann, dataset, {
    normalization,
    images,
    percentiles: [99.9],
    backend,
    signal,
  });
  return layers;
}
