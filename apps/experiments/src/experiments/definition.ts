import type { DatasetName } from '@opi-snn/datasets';

/** How much of an experiment is run: `quick` in seconds, `standard` as published where affordable, `full` every T. */
export type Profile = 'quick' | 'standard' | 'full';

/** The profiles, from the shortest to the longest. */
export const PROFILES: readonly Profile[] = ['quick', 'standard', 'full'];

/** One table of the paper (RQ1): initial potentials compared on one network and data set. */
export interface InitialPotentialsDefinition {
  /** As written on the command line. */
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly dataset: DatasetName;
  /**
   * SHA-256 over the published test images and labels (`Dataset.hash`): a table on other images is another table. Absent
   * for the embedded set, which is made from a seed.
   */
  readonly datasetHash?: string;
  /** File in the folder of the committed checkpoints. */
  readonly checkpoint: string;
  /** Row of the published tables to stand beside ours; absent for networks that nobody published. */
  readonly published?: { readonly dataset: string; readonly network: string; readonly method: string };
  /** Which profiles run it when no experiment is named. */
  readonly profiles: readonly Profile[];
  /** Test images by profile, from the start of the set. */
  readonly images: Readonly<Record<Profile, number>>;
  /** T that are reported, ascending. */
  readonly timeSteps: Readonly<Record<Profile, readonly number[]>>;
  /** Seeds of the random potentials. */
  readonly seeds: Readonly<Record<Profile, readonly number[]>>;
  /** Test images on which the error of every layer is measured. */
  readonly errorImages: number;
}
