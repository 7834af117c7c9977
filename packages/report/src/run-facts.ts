import type { ExperimentResult } from '@opi-snn/harness';
import { count, duration } from './number-format.js';

/**
 * Which network, how many images, what ANN accuracy was computed with: one line.
 *
 * @param result  of one experiment
 * @returns plain text
 */
export function subjectLine({ measurement }: ExperimentResult): string {
  const { network, dataset, ann } = measurement;
  const analog = ann === null ? 'ANN not run' : `ANN by ${ann.backend}`;
  return `n = ${count(dataset.images)} ${dataset.split} images of ${dataset.name}; ${network.name} (${network.checkpoint}); ${analog}`;
}

function kernels({ backend, threads, memoryBytes }: ExperimentResult['environment']): string {
  const memory = memoryBytes === undefined ? '' : `, memory budget ${Math.ceil(memoryBytes / 2 ** 20)} MiB`;
  return `${backend}, ${threads} threads${memory}`;
}

/**
 * What made the numbers: inputs by hash, versions, machine, time.
 *
 * @param result  of one experiment
 * @returns names and values, in reading order
 */
export function runFacts({ measurement, environment, hashes }: ExperimentResult): [string, string][] {
  const { network, dataset, profile, ann } = measurement;
  const { git, versions, jobs } = environment;
  const processor =
    environment.processorSeconds === undefined
      ? ''
      : ` (processor time ${duration(environment.processorSeconds)})`;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    [
      'Network',
      `${network.name}, ${network.checkpoint}, ${count(network.parameters)} parameters, SHA-256 ${network.hash}`,
    ],
    [
      'Data',
      `${dataset.name} ${dataset.split}, ${count(dataset.images)} of ${count(dataset.available)} images, SHA-256 ${dataset.hash}`,
    ],
    ['Profile', profile],
    ...(measurement.precision === undefined
      ? []
      : [['Precision', measurement.precision] satisfies [string, string]]),
    ['Predictions', `SHA-256 ${hashes.predictions}`],
    ['Measurement', `SHA-256 ${hashes.measurement}`],
    ['Kernels', kernels(environment)],
    ['ANN', ann === null ? 'not run' : ann.backend],
    ['Machine', `${environment.cpu}, ${environment.cores} cores, ${environment.platform}`],
    ['Node', `${environment.node} (V8 ${environment.v8})`],
    ['Packages', packages.join(', ') || 'not recorded'],
    ['Commit', git === null ? 'not a checkout' : `${git.commit}${git.dirty ? ', with changes' : ''}`],
    ['Started', environment.startedAt],
    [
      'Time',
      `${duration(environment.seconds)}${processor}; ${jobs.stored} jobs from the store, ${jobs.executed} executed`,
    ],
  ];
}
