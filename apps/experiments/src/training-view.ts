import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveTrainingPage } from '@opi-snn/report';
import type { EpochLog, TrainingProgress } from '@opi-snn/training';
import { startProgress } from './progress.js';

/** What is watched, and where its page goes. */
export interface TrainingViewOptions {
  /** Folder of the run; its `training-log.jsonl` is shown as `training.html` beside it. */
  readonly folder: string;
  readonly title: string;
  readonly epochs: number;
  /** No terminal output; the page is written all the same. */
  readonly quiet: boolean;
}

/** A run's progress on the terminal and as a page. */
export interface TrainingView {
  readonly update: (progress: TrainingProgress) => void;
  /** Ends the bar and waits for the page. */
  readonly stop: () => Promise<void>;
}

/**
 * Shows a run while it goes: a bar with loss, accuracy, learning rate, range of the bounds and time left, a line for every
 * epoch, and the page `training.html`, rewritten after every epoch.
 */
export function watchTraining({ folder, title, epochs, quiet }: TrainingViewOptions): TrainingView {
  const started = performance.now();
  const total = 1000 * epochs;
  let first: number | undefined;
  let bounds = '';
  let page = Promise.resolve();
  let bar = startProgress('training', total, quiet);
  const update = (progress: TrainingProgress): void => {
    const { epoch, step, stepsPerEpoch, finished } = progress;
    const done = 1000 * (epoch + step / stepsPerEpoch);
    first ??= done;
    if (finished !== undefined) bounds = rangeOf(finished);
    const note = noteOf(progress, bounds);
    bar.update(done, note);
    if (finished === undefined) return;
    const left = ((performance.now() - started) / Math.max(1, done - first)) * (total - done);
    bar.stop(quiet ? undefined : `${note}${testOf(finished)}, ${restOf(finished, left)}`);
    bar = startProgress('training', total, quiet);
    bar.update(done, note);
    page = page.then(() => writePage(folder, title, epochs));
  };
  const stop = async (): Promise<void> => {
    bar.stop();
    await page;
  };
  return { update, stop };
}

function noteOf(progress: TrainingProgress, bounds: string): string {
  const { epoch, epochs, loss, accuracy, learningRate } = progress;
  return (
    `epoch ${epoch + 1}/${epochs} loss ${loss.toFixed(3)} accuracy ${(100 * accuracy).toFixed(1)} % ` +
    `rate ${learningRate.toPrecision(3)}${bounds}`
  );
}

function rangeOf({ bounds }: EpochLog): string {
  const values = Object.values(bounds);
  if (values.length === 0) return '';
  return ` bounds ${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`;
}

function testOf({ testAccuracy }: EpochLog): string {
  return testAccuracy === undefined ? '' : `, test ${(100 * testAccuracy).toFixed(2)} %`;
}

function restOf({ seconds }: EpochLog, left: number): string {
  return `${seconds.toFixed(0)} s, about ${Math.ceil(left / 60_000)} min left`;
}

// A page that cannot be written must not end a run of hours.
async function writePage(folder: string, title: string, epochs: number): Promise<void> {
  try {
    const lines = (await readFile(join(folder, 'training-log.jsonl'), 'utf8')).trim().split('\n');
    const log = lines.map((line) => JSON.parse(line) as EpochLog);
    await saveTrainingPage(join(folder, 'training.html'), { title, epochs, log });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`opi: training.html could not be written: ${reason}\n`);
  }
}
