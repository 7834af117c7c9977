import type { DatasetName } from '@opi-snn/datasets';

/** What an experiment is about: a trained network and the images it is tested on. */
export interface SubjectDefinition {
  readonly dataset: DatasetName;
  /**
   * SHA-256 over the published test images and labels (`Dataset.hash`): a table on other images is another table. Absent
   * for the embedded set, which is made from a seed.
   */
  readonly datasetHash?: string;
  /** File in the folder of the committed checkpoints, or in that of `OPI_CHECKPOINTS`. */
  readonly checkpoint: string;
  /** Commands that make the checkpoint, where it is not committed. */
  readonly provide?: string;
  /** How the published tables name data set and network; absent for networks that nobody published. */
  readonly published?: { readonly dataset: string; readonly network: string };
}
