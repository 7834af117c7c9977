import type { Profile } from './profile.js';
import type { SubjectDefinition } from './subject-definition.js';

/** What an experiment is about and how large it is: the part of its definition that is plain data. */
export interface ExperimentScope {
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
}
