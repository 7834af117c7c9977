import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from './atomic-write.js';
import { canonicalJson, canonicalValue } from './canonical-json.js';
import type { RunEnvironment } from './environment.js';
import { contentAddress } from './hash.js';
import { ResultError } from './result-error.js';
import type { RunRecord } from './run-record.js';
import { parseResult } from './result-schema.js';
import type { ExperimentResult, Measurement, Series } from './result.js';

/**
 * Completes a result: measurement, environment, and the hashes that other machines compare.
 *
 * @param measurement  what the inputs decide
 * @param environment  where and how it was computed
 * @param runs  the job graph, one record per run; see {@link recordRun}
 * @returns the result
 */
export function sealResult(
  measurement: Measurement,
  environment: RunEnvironment,
  runs?: readonly RunRecord[],
): ExperimentResult {
  const hashes = { predictions: hashRuns(measurement.series), measurement: contentAddress(measurement) };
  const sealed = { format: 'opi-snn-result' as const, formatVersion: 1 as const, measurement, environment };
  if (runs === undefined) return { ...sealed, hashes };
  return { ...sealed, runs, hashes: { ...hashes, runs: contentAddress(runs) } };
}

/**
 * One hash over all predictions of a result: the address of the list of (series, seed, prediction hash).
 *
 * @param series  in any order; the list is sorted
 * @returns 64 hexadecimal digits
 */
export function hashRuns(series: readonly Pick<Series, 'id' | 'runs'>[]): string {
  const runs = series.flatMap(({ id, runs }) =>
    runs.map((run) => [id, run.seed, run.predictionHash] as const),
  );
  const sorted = runs.map((run) => canonicalJson(run)).sort();
  return contentAddress(sorted);
}

/**
 * Writes a result as JSON, aside and then renamed.
 *
 * @param path  file to make or replace
 * @param result  checked before it is written
 * @throws StorageError when it cannot be written, ResultError when the result is not well-formed
 */
export async function saveResult(path: string, result: ExperimentResult): Promise<void> {
  const checked = parseResult(canonicalValue(result), path);
  await writeFileAtomically(path, `${JSON.stringify(canonicalValue(checked), null, 1)}\n`);
}

/**
 * Reads a result and checks it, including that its hashes belong to its numbers.
 *
 * @param path  file written by {@link saveResult}
 * @returns the result
 * @throws ResultError listing everything that is wrong with it; the system's error when it cannot be read
 */
export async function loadResult(path: string): Promise<ExperimentResult> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResultError(`loadResult: ${path} must be JSON`, path, [String(error)], { cause: error });
  }
  const result = parseResult(value, path);
  const sealed = sealResult(result.measurement, result.environment, result.runs);
  if (canonicalJson(sealed.hashes) !== canonicalJson(result.hashes)) {
    throw new ResultError(`loadResult: ${path} must have the hashes of its numbers`, path, [
      'numbers or hashes were altered',
    ]);
  }
  return result;
}
