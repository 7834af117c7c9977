import type { DatasetProblem } from './dataset-error.js';

/** Whether a data set's files are there, judged by their lengths. */
export interface DatasetPresence {
  readonly name: string;
  readonly folder: string;
  /** `partial`: some files are missing or have a wrong length. */
  readonly state: 'complete' | 'partial' | 'absent';
  readonly problems: readonly DatasetProblem[];
}
