import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithCommitted, loadResult, type ExperimentResult } from '@opi-snn/harness';
import { print } from '../output.js';

/**
 * Compares results with committed ones of the same name and says what came of it: on standard output, or, where that is
 * for JSON, only what got worse and on standard error.
 *
 * @returns whether anything got worse
 */
export async function compareCommitted(
  results: readonly ExperimentResult[],
  folder: string,
  json: boolean,
): Promise<boolean> {
  let isWorse = false;
  for (const result of results) {
    const { text, regressed } = await compareOne(result, folder);
    isWorse ||= regressed;
    if (!json) print(text);
    else if (regressed) process.stderr.write(`${text}\n`);
  }
  return isWorse;
}

async function compareOne(
  result: ExperimentResult,
  folder: string,
): Promise<{ readonly text: string; readonly regressed: boolean }> {
  const { id } = result.measurement.experiment;
  const path = join(folder, `${id}.json`);
  if (!existsSync(path)) return { text: `Not compared: ${id} has no committed result.`, regressed: false };
  const { compared, regressions, notCompared, findingsNotCompared } = compareWithCommitted(
    result,
    await loadResult(path),
  );
  if (notCompared !== null) return { text: `Not compared: ${id}: ${notCompared}.`, regressed: false };
  if (regressions.length === 0) {
    const what =
      findingsNotCompared === null
        ? `${compared} numbers and verdicts`
        : `${compared} numbers; not its findings: ${findingsNotCompared}`;
    const text = `Compared: ${id}: nothing is worse than committed (${what}).`;
    return { text, regressed: false };
  }
  const lines = [`Worse than committed: ${id}:`, ...regressions.map((line) => `  ${line}`)];
  return { text: lines.join('\n'), regressed: true };
}
