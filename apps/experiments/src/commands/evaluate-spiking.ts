import { recordedShift } from '@opi-snn/conversion';
import { wilsonInterval, type Interval } from '@opi-snn/harness';
import { countMultiplyAccumulates, type Network } from '@opi-snn/network';
import {
  accuracyAt,
  countSpikingOperations,
  createRunner,
  estimateEnergy,
  HOROWITZ_45_NM,
  type EnergyEstimate,
  type RunnerOptions,
  type Simulation,
} from '@opi-snn/simulation';
import { describePreparation, type Preparation } from '@opi-snn/theory';
import { accuracyText, intervalText } from '../accuracy-text.js';
import { roundingRemark } from '../experiments/rounding-remark.js';
import { imageSource } from '../experiments/subject.js';
import { UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { formatLayerCosts, layerCosts } from '../layer-costs.js';
import { formatMemory, memoryUse } from '../memory-use.js';
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';
import type { EvaluationSubject } from './evaluation-subject.js';

/** What is run of a spiking network, and how. */
export interface SpikingEvaluation extends EvaluationSubject {
  readonly timeSteps: readonly number[];
  readonly seed: number;
  readonly runner: RunnerOptions;
  /** Whether time and density of every layer are wanted. */
  readonly profile: boolean;
  readonly json: boolean;
}

/** Accuracy and cost of a rate-coded spiking network after each number of time-steps. */
export async function evaluateSpiking({
  path,
  network,
  dataset,
  images,
  preprocessing,
  ...options
}: SpikingEvaluation): Promise<void> {
  const runner = await createRunner(network, options.runner);
  if (options.profile && runner.backend === 'reference')
    throw new UsageError('--profile needs --kernels wasm or native: the reference is not made to be fast.');
  const source = imageSource(dataset, preprocessing);
  const progress = startProgress('simulate', images, options.json);
  const preparation = preparationOf(network);
  const running = runner.run(source, {
    ...(preparation && { preparation }),
    timeSteps: options.timeSteps.at(-1)!,
    indices: Array.from({ length: images }, (_, i) => i),
    seed: options.seed,
    signal: interruption(),
    onProgress: ({ done }) => {
      progress.update(done);
    },
    ...(options.profile && { record: { layerTimes: true } }),
  });
  const run = await running.finally(async () => {
    progress.stop();
    await runner.close();
  });
  const memory = memoryUse(run, runner.memoryBytes);
  const costs = options.profile ? layerCosts(run) : undefined;
  const measured = rowsOf(run, { network, dataset, images }, options.timeSteps);
  if (options.json) {
    printJson({
      checkpoint: path,
      dataset: dataset.name,
      images,
      ...measured,
      energyTable: HOROWITZ_45_NM,
      predictionHash: run.predictionHash,
      precision: run.precision,
      ...(run.preparation && { preparation: run.preparation }),
      ...(run.grid && { grid: run.grid }),
      backend: run.backend,
      threads: run.threads,
      memory,
      ...(costs && { profile: costs }),
    });
    return;
  }
  print(
    `SNN ${network.description.name} on ${images} ${dataset.name} test images (${run.precision}, ${run.backend}, ${run.threads} threads, seed ${options.seed}):`,
  );
  if (preparation) print(`  before each run, not counted below: ${describePreparation(preparation)}`);
  printRows(measured);
  const shift = recordedShift(network.description);
  if (shift)
    print(`  the biases hold the shift θ/(2T) for T = ${shift.timeSteps}: that row alone is the method's`);
  print(`  predictions ${run.predictionHash}`);
  if (run.grid) print(`  ${roundingRemark(run.grid, run.timeSteps)}`);
  print(`  ${formatMemory(memory)}`);
  if (costs) for (const line of ['', ...formatLayerCosts(costs)]) print(line);
}

/** What the method of the conversion does before each run; `run` checks it. */
function preparationOf({ description }: Network): Preparation | undefined {
  const conversion = description.provenance?.['conversion'] as { preparation?: Preparation } | undefined;
  return conversion?.preparation;
}

/** Accuracy and cost of one T. */
interface Row {
  readonly timeSteps: number;
  readonly accuracy: number;
  readonly interval: Interval;
  /** Of one image on average, up to and including step T. */
  readonly spikes: number;
  readonly additions: number;
  readonly neuronUpdates: number;
  readonly energy: EnergyEstimate;
}

interface Rows {
  readonly rows: readonly Row[];
  /** Of one image: of the SNN for the image's constant current, and of the ANN. */
  readonly multiplyAccumulates: { readonly snn: number; readonly ann: number };
}

function rowsOf(
  run: Simulation,
  { network, dataset, images }: Pick<EvaluationSubject, 'network' | 'dataset' | 'images'>,
  timeSteps: readonly number[],
): Rows {
  const accuracy = accuracyAt(run, dataset.labels);
  const operations = countSpikingOperations(run, network);
  // The weights are those of the ANN, so that the SNN's own description says what the ANN takes.
  const ann = countMultiplyAccumulates(network.description).total;
  const rows = timeSteps.map((t) => {
    const share = accuracy[t - 1]!;
    return {
      timeSteps: t,
      accuracy: share,
      interval: wilsonInterval(Math.round(share * images), images),
      spikes: operations.spikes[t - 1]!,
      additions: operations.additions[t - 1]!,
      neuronUpdates: operations.neuronUpdates[t - 1]!,
      energy: estimateEnergy(operations, ann, { timeSteps: t, table: HOROWITZ_45_NM }),
    };
  });
  return { rows, multiplyAccumulates: { snn: operations.multiplyAccumulates, ann } };
}

function printRows({ rows, multiplyAccumulates: { snn, ann } }: Rows): void {
  for (const { timeSteps, accuracy, interval, additions, energy } of rows) {
    const { int8, activationBits: bits } = energy;
    print(
      `  T = ${String(timeSteps).padStart(4)}   ${accuracyText(accuracy)} ${intervalText(interval)}   ` +
        `${millions(additions)} additions, ${microjoules(int8.snn.total)}; ANN with ${bits}-bit activations ${microjoules(int8.ann)}`,
    );
  }
  print(
    `  ${millions(ann)} multiply-accumulates of the ANN, ${millions(snn)} of the SNN for the image's constant current`,
  );
  print(
    `  energy of one image: weights of 8 bits, sums of 32; arithmetic and neuron updates, without memory (${HOROWITZ_45_NM.source}; 45 nm, 0.9 V)`,
  );
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}

function microjoules(picojoules: number): string {
  return `${(picojoules / 1e6).toPrecision(3)} µJ`;
}
