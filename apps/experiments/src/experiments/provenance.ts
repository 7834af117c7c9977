import { existsSync } from 'node:fs';
import { hashNetwork } from '@opi-snn/conversion';
import { dataFolder, IMAGENET, loadDataset, type DatasetName } from '@opi-snn/datasets';
import {
  contentAddress,
  hashPredictions,
  type ArtifactStore,
  type ExperimentResult,
  type JobProvenance,
  type JsonValue,
  type Measurement,
  type RunRecord,
  type Series,
} from '@opi-snn/harness';
import { loadNetwork } from '@opi-snn/network';
import { experimentCheckpoint } from '../workspace.js';

/** Whether a link of the chain was looked at here: `holds`, `broken`, or why it could not be. */
export interface Link {
  readonly state: 'holds' | 'broken' | 'not here';
  readonly text: string;
}

/** A job behind a run. */
export interface JobLink extends Link {
  readonly job: string;
  readonly images: { readonly from: number; readonly to: number };
  /** With what, when and how long it was computed; null where the store does not have it. */
  readonly origin: Partial<JobProvenance> | null;
}

/** The chain from a number to data and code. */
export interface ProvenanceChain {
  readonly result: string;
  readonly series: { readonly id: string; readonly label: string; readonly seed: number } | null;
  /** Right answers at each T. */
  readonly numbers: readonly { readonly timeSteps: number; readonly correct: number }[];
  readonly images: number;
  readonly run: { readonly address: string; readonly predictionHash: string; readonly spec: JsonValue };
  readonly spec: Link;
  readonly jobs: readonly JobLink[];
  readonly predictions: Link;
  readonly checkpoint: Link;
  /** What the checkpoint says of its training. */
  readonly training: JsonValue;
  readonly data: Link;
  readonly environment: ExperimentResult['environment'];
}

/** Where the links are looked for. */
export interface ChainSources {
  readonly store: ArtifactStore;
  readonly data: string | undefined;
}

/** Follows a run of a result back, looking at everything that is here. */
export async function followRun(
  name: string,
  result: ExperimentResult,
  record: RunRecord,
  { store, data }: ChainSources,
): Promise<ProvenanceChain> {
  const { measurement, environment } = result;
  const found = seriesOf(measurement, record.address);
  const jobs = await followJobs(record, store);
  const checkpoint = await followCheckpoint(measurement);
  return {
    result: name,
    series:
      found === undefined ? null : { id: found.series.id, label: found.series.label, seed: found.run.seed },
    numbers: (found?.run.correct ?? []).map((correct, i) => ({
      timeSteps: measurement.timeSteps[i]!,
      correct,
    })),
    images: measurement.dataset.images,
    run: { address: record.address, predictionHash: record.predictionHash, spec: record.spec },
    spec:
      contentAddress(record.spec) === record.address
        ? { state: 'holds', text: 'what went in has this address' }
        : { state: 'broken', text: 'what went in has another address' },
    jobs: jobs.links,
    predictions: comparePredictions(record, jobs.predictions),
    checkpoint: checkpoint.link,
    training: checkpoint.training,
    data: await followData(measurement, data),
    environment,
  };
}

function seriesOf(
  { series }: Measurement,
  address: string,
): { readonly series: Series; readonly run: Series['runs'][number] } | undefined {
  for (const one of series) {
    const run = one.runs.find((candidate) => candidate.address === address);
    if (run !== undefined) return { series: one, run };
  }
  return undefined;
}

/** The predictions of every job, as far as the store has them. */
async function followJobs(
  { shards }: RunRecord,
  store: ArtifactStore,
): Promise<{ readonly links: JobLink[]; readonly predictions: Uint16Array | undefined }> {
  const links: JobLink[] = [];
  const parts: number[] = [];
  let complete = true;
  for (const { job, images, predictionHash } of shards) {
    const problems = await store.inspect(job);
    if (problems !== undefined && problems.length > 0) {
      complete = false;
      const text = `damaged in this store: ${problems.join(', ')}`;
      links.push({ job, images, origin: null, state: 'broken', text });
      continue;
    }
    const summary = await store.summary(job);
    const artifact = summary === undefined ? undefined : await store.get(summary.input);
    const bytes = artifact?.files['predictions.u16'];
    if (summary === undefined || bytes === undefined) {
      complete = false;
      links.push({ job, images, origin: null, state: 'not here', text: 'not in this store' });
      continue;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const predictions = Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
    parts.push(...predictions);
    const holds = hashPredictions(predictions) === predictionHash;
    links.push({
      job,
      images,
      origin: summary.provenance as Partial<JobProvenance> | null,
      state: holds ? 'holds' : 'broken',
      text: holds ? 'its predictions are in the store' : 'the store has other predictions',
    });
  }
  return { links, predictions: complete ? Uint16Array.from(parts) : undefined };
}

function comparePredictions({ predictionHash }: RunRecord, predictions: Uint16Array | undefined): Link {
  if (predictions === undefined) return { state: 'not here', text: 'not all jobs are in this store, whole' };
  return hashPredictions(predictions) === predictionHash
    ? { state: 'holds', text: 'computed from the jobs in the store' }
    : { state: 'broken', text: 'the jobs in the store give another hash' };
}

async function followCheckpoint({
  network: { checkpoint, hash },
}: Measurement): Promise<{ readonly link: Link; readonly training: JsonValue }> {
  const path = experimentCheckpoint(checkpoint);
  if (!existsSync(path))
    return { link: { state: 'not here', text: `no ${checkpoint} here` }, training: null };
  const network = await loadNetwork(path);
  const training = (network.description.provenance ?? null) as JsonValue;
  const holds = hashNetwork(network) === hash;
  const text = holds ? `${checkpoint} has this hash` : `${checkpoint} here is another network`;
  return { link: { state: holds ? 'holds' : 'broken', text }, training };
}

async function followData({ dataset }: Measurement, folder: string | undefined): Promise<Link> {
  const { name, split, hash } = dataset;
  try {
    const loaded = await loadDataset(name as DatasetName, split as 'train' | 'test', {
      folder,
      ...(name === IMAGENET && { length: dataset.available }),
    });
    return loaded.hash === hash
      ? { state: 'holds', text: 'the images here have this checksum' }
      : { state: 'broken', text: `the images here have another checksum, ${loaded.hash}` };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DatasetError') throw error;
    return { state: 'not here', text: `no such images in ${dataFolder(folder).source}` };
  }
}
