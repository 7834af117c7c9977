import type { ExperimentResult } from '@opi-snn/harness';

/**
 * Results for machines: the same JSON that `saveResult` writes, as one array.
 *
 * @param results  in order
 * @returns JSON with two blanks of indentation, ending with a line break
 */
export function renderJson(results: readonly ExperimentResult[]): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}
