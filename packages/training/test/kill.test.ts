import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@opi-snn/test-utils';
import { CounterRandom } from '@opi-snn/theory';
import { expect, it } from 'vitest';
import type { BackendName } from '../src/backend.js';
import { describeOnEachBackend } from './each-backend.js';

const CHILD = fileURLToPath(new URL('train-child.js', import.meta.url));
const STEPS = 15;

interface ChildOutcome {
  /** Hash of the network, undefined if the run was killed. */
  readonly hash: string | undefined;
  /** Last step that was announced. */
  readonly step: number;
}

/** Runs the child; kills it `delayMs` after it announced `killAt` steps of its own. */
function runChild(
  folder: string,
  backend: BackendName,
  kill?: { readonly steps: number; readonly delayMs: number },
): Promise<ChildOutcome> {
  return new Promise((resolve, reject) => {
    // One thread: TensorFlow's additions over several are not promised to have one order.
    const environment = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
    const child = spawn(process.execPath, [CHILD, folder, backend], { env: environment });
    let [stdout, stderr] = ['', ''];
    let timer: NodeJS.Timeout | undefined;
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (kill === undefined || stdout.split('step').length - 1 < kill.steps) return;
      timer ??= setTimeout(() => child.kill('SIGKILL'), kill.delayMs);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') {
        reject(new Error(`the run ended with code ${String(code)}: ${stderr}`));
        return;
      }
      const step = Number(/.*step (\d+)/s.exec(stdout)?.[1] ?? 0);
      resolve({ hash: /hash (\w+)/.exec(stdout)?.[1], step });
    });
  });
}

describeOnEachBackend('trainNetwork, killed with SIGKILL', (_, backend) => {
  it('resumes again and again to the bits of an uninterrupted run, and leaves no half-written file', async () => {
    const whole = await runChild(temporaryFolder(), backend);
    expect(whole).toEqual({ hash: expect.stringMatching(/^\w{64}$/) as string, step: STEPS });

    const folder = temporaryFolder();
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = new CounterRandom(seed);
    const reached: number[] = [];
    for (let kills = 0; kills < 3; kills += 1) {
      const kill = { steps: 1 + random.nextBelow(4), delayMs: random.nextBelow(25) };
      reached.push((await runChild(folder, backend, kill)).step);
    }
    const last = await runChild(folder, backend);
    expect(last, `seed ${seed}, killed after steps ${reached.join(', ')}`).toEqual(whole);
    expect((await readdir(folder)).sort()).toEqual(['state.safetensors', 'training-log.jsonl']);
  });
});
