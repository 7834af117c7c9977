import { readFileSync } from 'node:fs';

/** What `fixtures/generate_methods.py` wrote. */
export interface GoldenMethods {
  readonly timeSteps: number;
  readonly trains: readonly {
    readonly theta: number;
    readonly v0: number;
    readonly shift: number;
    readonly currents: readonly number[];
    readonly counts: readonly number[];
    readonly spikes: readonly string[];
  }[];
  readonly recipes: readonly {
    readonly activations: readonly number[];
    readonly maximum: number;
    readonly percentile99: number;
    readonly 'percentile99.9': number;
  }[];
  readonly searches: readonly {
    readonly activations: readonly number[];
    readonly theta: Readonly<Record<string, number>>;
  }[];
  readonly localUpdates: readonly {
    readonly z: readonly (readonly number[])[];
    readonly batch: number;
    readonly updates: number;
    readonly rate: number;
    readonly theta: readonly number[];
  }[];
}

const PATH = new URL('fixtures/methods.json', import.meta.url);

/** Golden values of SpikingJelly and NumPy. */
export const GOLDEN = JSON.parse(readFileSync(PATH, 'utf8')) as GoldenMethods;
