/** How much of an experiment is run: `quick` in seconds, `standard` as published where affordable, `full` every T. */
export type Profile = 'quick' | 'standard' | 'full';

/** The profiles, from the shortest to the longest. */
export const PROFILES: readonly Profile[] = ['quick', 'standard', 'full'];
