import { z } from 'zod';
import type { JsonValue } from './canonical-json.js';
import { ResultError } from './result-error.js';
import type { ExperimentResult } from './result.js';

const text = z.string();
const count = z.int().nonnegative();
const fraction = z.number().min(0).max(1);
const finite = z.number();
const interval = z.strictObject({ low: fraction, high: fraction });
const confidence = z.enum(['confirmed', 'derived', 'recalled']);

const potential = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fraction'), fraction: finite }),
  z.strictObject({ kind: z.literal('uniform'), low: finite, high: finite }),
  z.strictObject({ kind: z.literal('normal'), mean: finite, standardDeviation: finite }),
  z.strictObject({ kind: z.literal('fractions'), fractions: z.array(finite).min(1) }),
]);

const accuracyPoint = z.strictObject({
  timeSteps: count,
  correct: z.number().nonnegative(),
  images: count,
  accuracy: fraction,
  interval,
  spread: z.strictObject({ standardDeviation: finite, minimum: fraction, maximum: fraction }).nullable(),
});

const picojoules = z.strictObject({ snn: z.number().nonnegative(), ann: z.number().nonnegative() });
const energyPoint = z.strictObject({
  table: text,
  activationBits: count,
  float32: picojoules,
  int8: picojoules,
});

const costPoint = z.strictObject({
  timeSteps: count,
  spikesPerNeuronPerStep: z.number().nonnegative(),
  spikesPerImage: z.number().nonnegative(),
  synapticOperationsPerImage: z.number().nonnegative(),
  energy: energyPoint.optional(),
});

const series = z.strictObject({
  id: text,
  label: text,
  method: text,
  initialPotential: z.union([potential, z.record(text, potential)]),
  runs: z.array(
    z.strictObject({ seed: finite, address: text, predictionHash: text, correct: z.array(count) }),
  ),
  accuracy: z.array(accuracyPoint),
  cost: z.array(costPoint),
  layers: z.array(
    z.strictObject({ layer: text, neurons: count, spikesPerNeuronPerStep: z.number().nonnegative() }),
  ),
});

const moments = z.strictObject({ bias: finite, meanSquaredError: z.number().nonnegative() });
const layerError = z.strictObject({
  series: text,
  layer: text,
  timeSteps: count,
  predicted: moments.nullable(),
  measured: moments,
  biasInterval: z.strictObject({ low: finite, high: finite }).optional(),
  decomposition: z.strictObject({ clipping: finite, quantisation: finite, unevenness: finite }).nullable(),
});

const firstSpike = z.strictObject({
  series: text,
  layer: text,
  depth: count,
  meanStep: finite.nullable(),
  firedFraction: fraction,
  timeSteps: count,
});

const cell = z.strictObject({
  dataset: text,
  network: text,
  method: text,
  timeSteps: count,
  expected: z
    .strictObject({
      accuracy: fraction,
      ann: fraction.nullable(),
      confidence,
      source: text,
      note: text.nullable(),
    })
    .nullable(),
  got: z
    .strictObject({ accuracy: fraction, ann: fraction.nullable(), images: count, seeds: count, interval })
    .nullable(),
  difference: finite.nullable(),
  outcome: z.enum(['agrees', 'better', 'worse', 'recalled value only', 'not run', 'no published value']),
});

const comparison = z.strictObject({
  first: text,
  second: text,
  condition: text,
  timeSteps: count,
  pairs: count,
  wins: count,
  losses: count,
  effect: finite,
  interval: z.strictObject({ low: finite, high: finite }),
  pValue: fraction,
  log10PValue: finite,
  pOpposite: fraction,
  pAdjusted: fraction.nullable(),
  pOppositeAdjusted: fraction.nullable(),
  seeds: z.array(finite).min(1).optional(),
  notJudged: text.nullable(),
  outcome: z.enum(['ahead', 'behind', 'no difference shown', 'not judged']),
});

const finding = z.strictObject({
  id: text,
  claim: text,
  source: text,
  confidence: z.enum([...confidence.options, 'ours']),
  comparisons: z.array(comparison),
  effectUnit: text,
  effect: finite.nullable(),
  pValue: fraction.nullable(),
  rule: text,
  evidence: text.optional(),
  outcome: z.enum(['supported', 'undecided', 'contradicted', 'not run']),
});

const measurement = z.strictObject({
  experiment: z.strictObject({ id: text, title: text, question: text }),
  profile: text,
  precision: z.literal('int16').exactOptional(),
  network: z.strictObject({ name: text, checkpoint: text, hash: text, parameters: count }),
  dataset: z.strictObject({ name: text, split: text, hash: text, images: count, available: count }),
  ann: z
    .strictObject({ correct: count, images: count, accuracy: fraction, interval, backend: text })
    .nullable(),
  timeSteps: z.array(count),
  series: z.array(series),
  errors: z.array(layerError),
  firstSpikes: z.array(firstSpike),
  cells: z.array(cell),
  findings: z.array(finding),
  remarks: z.array(text),
});

const environment = z.strictObject({
  node: text,
  v8: text,
  platform: text,
  cpu: text,
  cores: count,
  backend: text,
  threads: count,
  memoryBytes: count.optional(),
  versions: z.record(text, text),
  git: z.strictObject({ commit: text, dirty: z.boolean() }).nullable(),
  startedAt: text,
  seconds: z.number().nonnegative(),
  processorSeconds: z.number().nonnegative().optional(),
  command: text,
  jobs: z.strictObject({ stored: count, executed: count }),
});

const json: z.ZodType<JsonValue> = z.json();
const shardRecord = z.strictObject({
  job: text,
  images: z.strictObject({ from: count, to: count }),
  predictionHash: text,
});
const runRecord = z.strictObject({
  address: text,
  spec: json,
  predictionHash: text,
  shards: z.array(shardRecord),
});

/** Checks a result; unknown properties are refused, so that a misspelt one is noticed. */
export const experimentResultSchema: z.ZodType<ExperimentResult> = z.strictObject({
  format: z.literal('opi-snn-result'),
  formatVersion: z.literal(1),
  measurement,
  environment,
  runs: z.array(runRecord).optional(),
  hashes: z.strictObject({ predictions: text, measurement: text, runs: text.optional() }),
});

/**
 * Checks parsed JSON.
 *
 * @param value  parsed JSON
 * @param name  of the file, for the message
 * @returns the same, typed
 * @throws ResultError listing everything that is wrong
 */
export function parseResult(value: unknown, name: string): ExperimentResult {
  const parsed = experimentResultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  );
  throw new ResultError(`parseResult: ${name} must be an experiment result`, name, problems);
}
