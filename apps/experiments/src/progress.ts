import cliProgress from 'cli-progress';

/** One long piece of work that can be watched. */
export interface Progress {
  /** Sets how much is done and what to show behind the bar. */
  update(done: number, note?: string): void;
  /** Ends the bar; `summary` stays as a line. */
  stop(summary?: string): void;
}

const PLAIN_INTERVAL_MS = 5_000;

/**
 * A progress bar on a terminal; elsewhere (pipe, file, CI) plain lines on standard error, at most one in five
 * seconds; nothing if `quiet`. Standard output stays free for results.
 */
export function startProgress(label: string, total: number, quiet = false): Progress {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? bar(label, total) : plainLines(label, total);
}

/** Whether a bar is on the terminal. There is room for one: others show themselves when it has ended. */
let isTaken = false;

function bar(label: string, total: number): Progress {
  const view = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage}% | ETA {eta_formatted} | {note}`,
    barsize: Math.max(8, Math.min(30, (process.stderr.columns || 80) - label.length - 46)),
    hideCursor: null,
    stream: process.stderr,
    clearOnComplete: true,
    linewrap: false,
  });
  let isShown = false;
  const show = (done: number): void => {
    if (isShown || isTaken) return;
    isShown = isTaken = true;
    view.start(total, done, { note: '' });
  };
  show(0);
  return {
    update: (done, note = '') => {
      show(done);
      if (isShown) view.update(done, { note });
    },
    stop: (summary) => {
      if (isShown) {
        view.stop();
        isShown = isTaken = false;
      }
      if (summary !== undefined) process.stderr.write(`${summary}\n`);
    },
  };
}

function plainLines(label: string, total: number): Progress {
  let last = Date.now();
  // Work that is resumed, or continued after a summary, begins above 0: what was done before says nothing about the rate.
  let begin: { readonly at: number; readonly done: number } | undefined;
  return {
    update: (done, note = '') => {
      const now = Date.now();
      begin ??= { at: now, done };
      if (now - last < PLAIN_INTERVAL_MS) return;
      last = now;
      const percent = Math.floor((100 * done) / Math.max(1, total));
      const gained = done - begin.done;
      const left = gained > 0 ? Math.round(((now - begin.at) * (total - done)) / gained / 1000) : undefined;
      const eta = left === undefined ? '' : `, about ${left} s left`;
      process.stderr.write(`${label}: ${percent} %${eta}${note === '' ? '' : ` (${note})`}\n`);
    },
    stop: (summary) => {
      if (summary !== undefined) process.stderr.write(`${summary}\n`);
    },
  };
}
