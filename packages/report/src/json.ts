import type { ExperimentResult } from '@opi-snn/harness';

/**
 * Results for machines: what `saveResult` writes, as one array.
 *
 * @param results  in order
 * @returns JSON, indented, ending with a line break; control characters are escaped, so that a terminal may show it
 */
export function renderJson(results: readonly ExperimentResult[]): string {
  return `${JSON.stringify(results, null, 2)}\n`.replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu,
    escape,
  );
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
