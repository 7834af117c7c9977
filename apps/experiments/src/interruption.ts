const controller = new AbortController();
let listening = false;

/**
 * The signal of Ctrl-C (SIGINT) and SIGTERM. The first one asks long work to stop at the next safe point;
 * a second one ends the process at once (every file is written aside and renamed, so nothing breaks).
 */
export function interruption(): AbortSignal {
  if (!listening) {
    listening = true;
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (controller.signal.aborted) process.exit(130);
        process.stderr.write('\nopi: stopping at the next safe point (press Ctrl-C again to stop at once)\n');
        controller.abort(new Error('interrupted'));
      });
    }
  }
  return controller.signal;
}
