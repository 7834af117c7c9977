import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imagesInMemory } from '@opi-snn/simulation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameSource, shownImages } from '../src/frames.js';
import { expectFailure, opi } from './opi.js';

let folder: string;
const file = (name: string): string => join(folder, `${name}.safetensors`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opi-frames-'));
  for (const method of ['opi', 'crpi', 'tsc']) {
    const measured = method === 'opi' ? [] : ['--images', '8'];
    const { stderr } = await opi(['convert', 'embedded-vgg', '--method', method, ...measured, '--out', file(method), '--json']);
    expect(stderr).toBe('');
  }
}, 240_000); // prettier-ignore
afterAll(() => rm(folder, { recursive: true }));

const refused = async (args: readonly string[], message: RegExp): Promise<void> => {
  expectFailure(await opi(args), 2, message);
};

const json = async (...options: string[]): Promise<unknown> => {
  const { stdout, stderr } = await opi(['evaluate', ...options, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

interface Frames {
  readonly sequences: number;
  readonly rows: readonly {
    readonly alpha: number;
    readonly accuracy: readonly number[];
    readonly predictionHash: string;
  }[];
}

describe('frames', () => {
  // Two images of 1 × 3 pixels.
  const images = imagesInMemory(Float32Array.of(1, 2, 3, 4, 5, 6), [1, 3, 1]);
  const shown = async (motion: 'still' | 'drift' | 'cut', sequences: number, frames: number) => {
    const source = frameSource(images, { sequences, frames, motion });
    const out = new Float32Array(source.length * 3);
    await source.read(Uint32Array.from({ length: source.length }, (_, i) => i), out);
    return [...out];
  }; // prettier-ignore

  test('are [frames, sequences]: the same image, moved to the right, or another one', async () => {
    expect(await shown('still', 2, 2)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    expect(await shown('drift', 2, 3)).toEqual([1, 2, 3, 4, 5, 6, 0, 1, 2, 0, 4, 5, 0, 0, 1, 0, 0, 4]);
    expect(await shown('drift', 1, 5)).toEqual([1, 2, 3, 0, 1, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(await shown('cut', 1, 2)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(shownImages({ sequences: 2, frames: 2, motion: 'drift' })).toEqual([0, 1, 0, 1]);
    expect(shownImages({ sequences: 1, frames: 2, motion: 'cut' })).toEqual([0, 1]);
  });
});

describe('opi evaluate --frames', { timeout: 240_000 }, () => {
  const options = ['--images', '4', '--time-steps', '4', '--frames', '3'];

  test('carries the share of the network’s method, and none beside it', async () => {
    const { rows, sequences } = (await json(file('crpi'), ...options)) as Frames;
    expect(sequences).toBe(4);
    expect(rows.map(({ alpha }) => alpha)).toEqual([0, 0.5]);
    const [none, half] = rows;
    // The same image from the same start: every frame is the first one.
    expect(new Set(none!.accuracy).size).toBe(1);
    expect(half!.accuracy[0]).toBe(none!.accuracy[0]);
    expect(half!.predictionHash).not.toBe(none!.predictionHash);
  });

  test('tries any shares on any rate-coded network, and prints them', async () => {
    const { stdout } = await opi(['evaluate', file('opi'), ...options, '--motion', 'drift', '--alpha', '0,1']);
    expect(stdout).toMatch(/4 sequences of 3 frames of shapes-10 test images, the image moves one pixel to the right/);
    expect(stdout).toMatch(/T = +4, α = 1\.00 +[\d. ]+after the first/);
    expect(((await json(file('opi'), ...options, '--motion', 'cut')) as Frames).rows).toHaveLength(2);
  }); // prettier-ignore

  test('refuses what has no frames', async () => {
    await refused(['evaluate', 'embedded-vgg', ...options], /--frames needs a rate-coded spiking network/);
    await refused(['evaluate', file('tsc'), ...options], /--frames needs a rate-coded spiking network/);
    await refused(['evaluate', file('opi'), ...options, '--precision', 'int16'], /--precision int16 are for runs/);
    await refused(['evaluate', file('opi'), ...options, '--alpha', '2'], /must be a number from 0 to 1, got "2"/);
    await refused(
      ['evaluate', file('opi'), '--frames', '999999', '--motion', 'cut'],
      /--frames must be at most \d+, the images of shapes-10, with --motion cut; got 999999/,
    );
  }); // prettier-ignore
});

describe('opi evaluate of a temporal-switch network', { timeout: 240_000 }, () => {
  test('runs every T on its own and tells when the answer is there', async () => {
    const options = [file('tsc'), '--images', '6', '--time-steps', '4,32'];
    const { rows } = (await json(...options)) as {
      rows: { timeSteps: number; latency: number; accuracy: number; spikes: number; additions: number }[];
    };
    // Five spiking layers, one after another.
    expect(rows.map(({ timeSteps, latency }) => [timeSteps, latency])).toEqual([
      [4, 24],
      [32, 192],
    ]);
    for (const { spikes, additions } of rows) expect(additions).toBeGreaterThan(spikes);
    const nearest = (await json(...options, '--rounding', 'nearest')) as { rows: { spikes: number }[] };
    expect(nearest.rows[0]!.spikes).toBeGreaterThan(rows[0]!.spikes);
    const { stdout } = await opi(['evaluate', ...options]);
    expect(stdout).toMatch(/temporal switch, rounding down.*\n +T = +4, answer after +24 steps/);
  });

  test('refuses --profile', async () => {
    await refused(['evaluate', file('tsc'), '--profile'], /--profile and --precision int16 are for runs/);
  });
});
