import { Worker } from 'node:worker_threads';
import type { Hdf5Answer, Hdf5Dataset, Hdf5Order, READY } from './hdf5-worker.js';
import { Refusal } from '../import-error.js';

/** What is read of an HDF5 file: its arrays of float32, and Keras's description. */
export interface Hdf5Content {
  readonly modelConfig: string | undefined;
  readonly datasets: readonly Hdf5Dataset[];
}

/**
 * Processor time after which a file is taken for damaged: on damaged heaps the library runs in circles. A megabyte is read
 * in milliseconds. Not the time of day, which passes as well where other programs keep the machine busy.
 */
const MOST_CPU_SECONDS = 5;
const MOST_CPU_SECONDS_PER_MEGABYTE = 1;
/** How often the processor time is looked at. */
const LOOK_EVERY_MS = 250;
const REMEDY = 'Save the model again, or export it to ONNX';

/**
 * Reads an HDF5 file with the HDF5 library itself, compiled to WebAssembly, in a thread of its own: whatever a damaged
 * file makes of it, it cannot reach the file system, hang the program, or take more than 512 MiB. It has 5 s of
 * processor time and a second for every megabyte.
 *
 * @throws Refusal if it is no HDF5 file, damaged, or holds other numbers than float32
 */
export async function readHdf5(bytes: Uint8Array): Promise<Hdf5Content> {
  const answer = await inTurn(() => ask(bytes));
  if ('refusal' in answer) throw new Refusal(answer.refusal, REMEDY);
  return answer;
}

let last: Promise<unknown> = Promise.resolve();
/** Kept between files, since starting the library takes longer than reading a model. */
let worker: Promise<Worker> | undefined;

/** One file after the other: the library is not made for several at once. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work);
  last = result.catch(() => undefined);
  return result;
}

async function ask(bytes: Uint8Array): Promise<Hdf5Answer> {
  const starting = (worker ??= startWorker());
  starting.catch(() => (worker = undefined));
  const asked = await starting;
  asked.ref();
  try {
    return await answerOf(asked, bytes);
  } catch (error) {
    // The library's state is unknown after a trap: the next file gets a new one.
    worker = undefined;
    await asked.terminate();
    const reason = error instanceof Error ? error.message : String(error);
    return { refusal: `it is no HDF5 file that can be read (${reason})` };
  } finally {
    asked.unref();
  }
}

/** A thread whose library is ready. */
async function startWorker(): Promise<Worker> {
  // Built file, also when the sources run in a test: threads cannot load TypeScript.
  // Flags of the caller's process, such as --input-type, are not meant for it.
  const file = new URL('../../dist/keras/hdf5-worker.js', import.meta.url);
  const started = new Worker(file, { execArgv: [], stdout: true, stderr: true });
  started.on('error', () => undefined);
  try {
    await nextMessage<typeof READY>(started, Infinity);
    return started;
  } catch (error) {
    await started.terminate();
    throw new Error('readHdf5: the HDF5 library must start.', { cause: error });
  }
}

function answerOf(asked: Worker, bytes: Uint8Array): Promise<Hdf5Answer> {
  const seconds = MOST_CPU_SECONDS + (MOST_CPU_SECONDS_PER_MEGABYTE * bytes.length) / 1e6;
  const answer = nextMessage<Hdf5Answer>(asked, seconds);
  asked.postMessage({ bytes } satisfies Hdf5Order);
  return answer;
}

function nextMessage<Message>(asked: Worker, mostCpuSeconds: number): Promise<Message> {
  const started = process.cpuUsage();
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearInterval(timer);
      asked.off('message', onMessage);
      asked.off('error', onError);
      asked.off('exit', onExit);
    };
    const onMessage = (answer: Message): void => {
      end();
      resolve(answer);
    };
    const onError = (error: Error): void => {
      end();
      reject(error);
    };
    const onExit = (): void => {
      end();
      reject(new Error('the library ended'));
    };
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(started);
      if ((user + system) / 1e6 < mostCpuSeconds) return;
      end();
      reject(new Error(`it took longer than ${Math.round(mostCpuSeconds)} s`));
    }, LOOK_EVERY_MS);
    asked.on('message', onMessage);
    asked.on('error', onError);
    asked.on('exit', onExit);
  });
}
