import type { DatasetName } from '@opi-snn/datasets';
import type { FindingVerdict } from '@opi-snn/harness';
import type { CalibrationRequest } from './calibrated-network.js';
import type { ExperimentContext } from './context.js';
import type { FindingsInput } from './findings.js';
import type { SeriesPlan } from './series-plan.js';

/** How much of an experiment is run: `quick` in seconds, `standard` as published where affordable, `full` every T. */
export type Profile = 'quick' | 'standard' | 'full';

/** The profiles, from the shortest to the longest. */
export const PROFILES: readonly Profile[] = ['quick', 'standard', 'full'];

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

/** One table or figure: a question, the series that answer it, and how the answer is judged. */
export interface ExperimentDefinition {
  /** As written on the command line. */
  readonly id: string;
  /** Name that runs this experiment together with the same question on other networks, such as `constants`. */
  readonly group?: string;
  readonly title: string;
  readonly question: string;
  readonly subject: SubjectDefinition;
  /** Which profiles run it when no experiment is named. */
  readonly profiles: readonly Profile[];
  /** Test images by profile, from the start of the set. */
  readonly images: Readonly<Record<Profile, number>>;
  /** T that are reported, ascending. */
  readonly timeSteps: Readonly<Record<Profile, readonly number[]>>;
  /** Seeds of the random potentials. */
  readonly seeds: Readonly<Record<Profile, readonly number[]>>;
  /** Test images on which the error of every layer is measured; 0 leaves it out. */
  readonly errorImages: number;
  /** Test images, and steps, whose every spike is recorded as a hash for each layer; absent where none is. */
  readonly spikeTrains?: { readonly images: number; readonly timeSteps: number };
  /** Whether first spikes by layer are reported. */
  readonly firstSpikes: boolean;
  /** Whether published rows of methods that are not run are shown, too: as not run. */
  readonly showsAllPublished?: boolean;
  /** What is run, in the order in which it is reported. */
  readonly plan: (context: ExperimentContext) => Promise<readonly SeriesPlan[]>;
  /** Time-steps that an image is simulated for in all, where {@link plan} itself is long work; else the plan is counted. */
  readonly stepsPerImage?: (timeSteps: readonly number[]) => number;
  /** Calibrations of potentials that the series need, for the estimate. */
  readonly calibrations?: (timeSteps: readonly number[]) => readonly CalibrationRequest[];
  /** The claims that the series speak for or against. */
  readonly judge: (input: FindingsInput) => FindingVerdict[];
  /** What a reader has to know besides, one sentence each. */
  readonly remarks?: (context: ExperimentContext) => readonly string[];
}
