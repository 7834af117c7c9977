import { Command } from 'commander';
import { availableExperiments, chooseExperiments } from '../experiments/choose-experiments.js';
import { planExperiments, type RequestedJob } from '../experiments/plan-jobs.js';
import { addExperimentOptions, experimentSettings, type ExperimentOptions } from '../experiment-options.js';
import { jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { openRunStore } from '../run-store.js';
import { estimateAll, formatSeconds } from './list-experiments.js';

/** A plan as a file. */
export interface Plan {
  readonly format: 'opi-snn-plan';
  readonly formatVersion: 1;
  readonly jobs: readonly RequestedJob[];
}

/** `opi plan [TABLE…]`: the jobs behind the tables, for batch schedulers. */
export function planCommand(): Command {
  return addExperimentOptions(
    new Command('plan').description(
      'List the jobs behind tables (network × method × potential × seed × shard of images); --json is what `opi run-job` reads.',
    ),
  )
    .addOption(jsonOption())
    .action(plan);
}

async function plan(names: string[], options: ExperimentOptions & { json?: true }): Promise<void> {
  const settings = experimentSettings(names, options);
  const chosen = await chooseExperiments(names, settings.profile, options.data);
  const store = await openRunStore(options);
  const jobs = await planExperiments(chosen, { ...settings, store });
  if (options.json) {
    printJson({ format: 'opi-snn-plan', formatVersion: 1, jobs } satisfies Plan);
    return;
  }
  for (const { id, request, spec } of jobs)
    print(`${id.slice(0, 16)}…  ${request.experiment}  ${describeSpec(spec)}`);
  const estimates = await estimateAll(await availableExperiments(chosen, options.data), settings);
  const seconds = estimates.reduce((sum, { estimate }) => sum + (estimate?.seconds ?? 0), 0);
  print(
    `${jobs.length} jobs, about ${formatSeconds(seconds)} on this machine alone with nothing in the store. \`opi plan --json > plan.json\`, then \`opi run-job ID --plan plan.json\` anywhere.`,
  );
}

/** The parts of a spec that people want to see; every kind of job has some. */
interface VisibleSpec {
  readonly kind?: string;
  readonly series?: string;
  readonly conversion?: { readonly method: string };
  readonly initialPotential?: unknown;
  readonly timeSteps?: number | readonly number[];
  readonly seed?: number;
  readonly images?: { readonly from: number; readonly to: number };
}

/** What a job is about, in one line: kind, series or method, potential, seed, images. */
export function describeSpec(spec: unknown): string {
  const { kind, series, conversion, initialPotential, timeSteps, seed, images } = (spec ?? {}) as VisibleSpec;
  const parts: (string | undefined)[] = [
    kind,
    series ?? conversion?.method,
    initialPotential === undefined ? undefined : potentialOf(initialPotential),
    typeof timeSteps === 'number' ? `T = ${timeSteps}` : undefined,
    seed === undefined ? undefined : `seed ${seed}`,
    images === undefined ? undefined : `images ${images.from} to ${images.to - 1}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Longest potential in a line; one per channel has hundreds of numbers. */
const POTENTIAL_LENGTH = 48;

function potentialOf(potential: unknown): string {
  const text = JSON.stringify(potential).replace(/["{}]/gu, '').replaceAll(',', ' ');
  return text.length <= POTENTIAL_LENGTH ? text : `${text.slice(0, POTENTIAL_LENGTH)}…`;
}
