import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@opi-snn/harness';
import { z } from 'zod';
import { WORKSPACE_ROOT } from '../workspace.js';

/** Predictions of one run of an experiment, named by their hash: the same on every machine. */
export interface Pin {
  readonly experiment: string;
  readonly images: number;
  readonly timeSteps: number;
  readonly seeds: readonly number[];
  /** Right answers after the last step, by series: what the hash stands for, readable. */
  readonly correct: Readonly<Record<string, number>>;
  /** Hash over the predictions of all series at every step. */
  readonly predictions: string;
  /** Absent for float32. */
  readonly precision?: 'int16';
}

const pinSchema: z.ZodType<Pin> = z.object({
  experiment: z.string(),
  images: z.int(),
  timeSteps: z.int(),
  seeds: z.array(z.int()),
  correct: z.record(z.string(), z.number()),
  predictions: z.string(),
  precision: z.literal('int16').exactOptional(),
});

const PATH = join(WORKSPACE_ROOT, 'results', 'pins.json');

/** The committed pins. */
export async function readPins(path: string = PATH): Promise<Pin[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '[]';
    throw error;
  });
  return z.array(pinSchema).parse(JSON.parse(text));
}

/** Adds pins to the committed ones, replacing those of the same run. */
export async function writePins(pins: readonly Pin[], path: string = PATH): Promise<void> {
  const kept = (await readPins(path)).filter((old) => !pins.some((pin) => isSameRun(pin, old)));
  await writeFileAtomically(path, `${JSON.stringify([...kept, ...pins], undefined, 2)}\n`);
}

/** One line for every pin that has no committed counterpart, or another hash; none if all agree. */
export function comparePins(pins: readonly Pin[], committed: readonly Pin[]): string[] {
  return pins.flatMap((pin) => {
    const run = describe(pin);
    const expected = committed.find((candidate) => isSameRun(candidate, pin));
    if (expected === undefined)
      return [`  ${run}: nothing is committed for these images, time-steps and seeds`];
    if (expected.predictions === pin.predictions) return [];
    return [
      `  ${run}:\n    expected ${expected.predictions}, correct ${JSON.stringify(expected.correct)}\n    got      ${pin.predictions}, correct ${JSON.stringify(pin.correct)}`,
    ];
  });
}

/** What a successful comparison says. */
export function formatPins(pins: readonly Pin[]): string {
  return pins
    .map(
      (pin) =>
        `Verified: ${describe(pin)}: every prediction is the committed one (${pin.predictions.slice(0, 16)}…)`,
    )
    .join('\n');
}

function describe({ experiment, images, timeSteps, seeds, precision }: Pin): string {
  return `${experiment}${precision === undefined ? '' : ` in ${precision}`}, ${images} images, T = ${timeSteps}, seeds ${seeds.join(', ')}`;
}

function isSameRun(a: Pin, b: Pin): boolean {
  const key = (pin: Pin): string =>
    JSON.stringify([pin.experiment, pin.images, pin.timeSteps, pin.seeds, pin.precision]);
  return key(a) === key(b);
}
