import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startProgress } from '../src/progress.js';

let lines: string[];

beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('startProgress, not on a terminal', () => {
  test('prints a line at most every five seconds, with the time that the rest takes at the rate so far', () => {
    const progress = startProgress('work', 100);
    for (const done of [0, 10, 20, 30, 40]) {
      progress.update(done);
      vi.advanceTimersByTime(3_000);
    }
    progress.stop('done');
    expect(lines).toEqual(['work: 20 %, about 24 s left\n', 'work: 40 %, about 18 s left\n', 'done\n']);
  });

  test('does not count what was done before it began', () => {
    const progress = startProgress('work', 100);
    progress.update(80, 'resumed');
    vi.advanceTimersByTime(10_000);
    progress.update(90, 'resumed');
    expect(lines).toEqual(['work: 90 %, about 10 s left (resumed)\n']);
  });

  test('prints nothing if quiet', () => {
    const progress = startProgress('work', 100, true);
    vi.advanceTimersByTime(10_000);
    progress.update(50);
    progress.stop('done');
    expect(lines).toEqual([]);
  });
});
