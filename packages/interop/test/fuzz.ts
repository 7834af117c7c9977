import { expect } from 'vitest';
import { ImportError } from '../src/index.js';
import { randomNumbers } from './mutate.js';

/** Mutated files of each kind; `pnpm fuzz` takes 10,000. */
const CASES = Number(process.env['OPI_FUZZ_CASES'] ?? 100);

/** Growth of the process's memory, at its peak, that no small file may cause [bytes]. */
const MOST_MEMORY = 2 ** 30;

/** Time that one file may take, on a machine that others use as well [ms]; what takes longer hangs. */
const LONGEST_CASE = 60_000;

/** How long the whole of a test may take [ms]; HDF5 files that are given up after 5 s make it long. */
export const FUZZ_TIMEOUT = Math.max(3_600_000, 2_000 * CASES);

/** Where mutated files come from and who reads them. */
export interface FuzzedKind {
  readonly name: string;
  /** The mutated file of a seed; the same seed always gives the same file. */
  readonly file: (seed: number, random: () => number) => Uint8Array | Promise<Uint8Array>;
  /** The parser; any error of another class than `ImportError` fails. */
  readonly load: (bytes: Uint8Array, seed: number) => unknown;
}

/** Reads mutated files: each is imported or refused with an `ImportError`, soon and in bounded memory. */
export async function fuzz({ name, file, load }: FuzzedKind): Promise<void> {
  const before = peakMemory();
  let [refused, longest] = [0, 0];
  for (let seed = 1; seed <= CASES; seed++) {
    const bytes = await file(seed, randomNumbers(seed));
    const start = performance.now();
    try {
      await load(bytes, seed);
    } catch (error) {
      if (!(error instanceof ImportError))
        throw new Error(`${name}, seed ${seed}: ${String(error)}`, { cause: error });
      refused++;
    }
    longest = Math.max(longest, performance.now() - start);
  }
  const growth = peakMemory() - before;
  if (process.env['OPI_FUZZ_CASES'] !== undefined)
    console.log(
      `${name}: ${CASES} files, ${refused} refused, the longest ${Math.round(longest)} ms, memory grew by ${Math.round(growth / 2 ** 20)} MiB`,
    );
  // If nothing were refused, nothing would have been mutated.
  expect(refused).toBeGreaterThan(CASES / 20);
  expect(growth).toBeLessThan(MOST_MEMORY);
  expect(longest).toBeLessThan(LONGEST_CASE);
}

/** The most memory that the process has ever held [bytes]: what a parser takes and gives back again counts. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
