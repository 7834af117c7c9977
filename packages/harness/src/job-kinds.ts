import { z } from 'zod';
import type { Artifact, ArtifactContent } from './artifact.js';
import type { JsonValue } from './canonical-json.js';
import type { JobKind } from './execute-jobs.js';
import { decodeFirstSpikes, encodeFirstSpikes, firstSpikeProblems } from './first-spikes.js';
import { decodePredictions, encodePredictions } from './hash.js';
import { imageCount } from './shards.js';
import type { EvaluationResult, EvaluationSpec, SimulationResult, SimulationSpec } from './simulation-job.js';

const PREDICTIONS = 'predictions.u16';
const FIRST_SPIKES = 'first-spikes.f64';
const counts = z.array(z.int().nonnegative());
const layerCounts = z.object({
  name: z.string(),
  neurons: z.int().positive(),
  spikes: counts,
  synapticOperations: counts,
  firedNeurons: z.int().nonnegative(),
  firstSpikeTimeSum: z.int().nonnegative(),
});
const simulationValue = z.object({ layers: z.array(layerCounts) });

/**
 * Simulations in the store: `predictions.u16` (little-endian, `[images, timeSteps]`) and `first-spikes.f64`
 * (little-endian, `[2, images, layers]`: sums of first-spike times, then neurons that fired) beside the counts as JSON.
 */
export const simulationKind: JobKind<SimulationSpec, SimulationResult> = {
  name: 'simulation',
  encode(result: SimulationResult, spec: SimulationSpec): ArtifactContent {
    assertFits('simulationKind.encode', result, spec);
    const layers = result.layers.map((layer): JsonValue => ({ ...layer }));
    const files = {
      [PREDICTIONS]: encodePredictions(result.predictions),
      [FIRST_SPIKES]: encodeFirstSpikes(result.firstSpikes),
    };
    return { value: { layers }, files };
  },
  decode(artifact: Artifact, spec: SimulationSpec): SimulationResult {
    const { images, timeSteps } = spec;
    const { layers } = parseValue('simulationKind.decode', simulationValue, artifact);
    const firstSpikes = decodeFirstSpikes(fileOf(artifact, FIRST_SPIKES));
    const result = { images, timeSteps, predictions: readPredictions(artifact), layers, firstSpikes };
    assertFits('simulationKind.decode', result, spec);
    return result;
  },
};

/** Predictions of the ANN in the store: `predictions.u16`, `[images]`. */
export const evaluationKind: JobKind<EvaluationSpec, EvaluationResult> = {
  name: 'evaluation',
  encode(result: EvaluationResult, spec: EvaluationSpec): ArtifactContent {
    assertLength('evaluationKind.encode', result.predictions.length, imageCount(spec));
    return { value: {}, files: { [PREDICTIONS]: encodePredictions(result.predictions) } };
  },
  decode(artifact: Artifact, spec: EvaluationSpec): EvaluationResult {
    const predictions = readPredictions(artifact);
    assertLength('evaluationKind.decode', predictions.length, imageCount(spec));
    return { images: spec.images, predictions };
  },
};

/**
 * Jobs whose whole result is one JSON value, such as measured errors per layer.
 *
 * @param name  of the kind
 * @param schema  checks what comes back from the store
 * @returns the kind
 */
export function jsonKind<Spec, Result extends JsonValue>(
  name: string,
  schema: z.ZodType<Result>,
): JobKind<Spec, Result> {
  return {
    name,
    encode: (result: Result): ArtifactContent => ({ value: result, files: {} }),
    decode: (artifact: Artifact): Result => parseValue(`${name}.decode`, schema, artifact),
  };
}

function parseValue<Value>(caller: string, schema: z.ZodType<Value>, artifact: Artifact): Value {
  const parsed = schema.safeParse(artifact.value);
  if (parsed.success) return parsed.data;
  throw new RangeError(
    `${caller}: value of ${artifact.address} must fit its kind, got ${z.prettifyError(parsed.error)}`,
  );
}

function readPredictions(artifact: Artifact): Uint16Array {
  return decodePredictions(fileOf(artifact, PREDICTIONS));
}

function fileOf(artifact: Artifact, name: string): Uint8Array {
  return artifact.files[name] ?? new Uint8Array();
}

function assertLength(caller: string, length: number, expected: number): void {
  if (length !== expected) {
    throw new RangeError(`${caller}: predictions must have ${expected} entries, got ${length}.`);
  }
}

function assertFits(caller: string, result: SimulationResult, spec: SimulationSpec): void {
  assertLength(caller, result.predictions.length, imageCount(spec) * spec.timeSteps);
  const short = result.layers.filter((layer) =>
    [layer.spikes, layer.synapticOperations].some((list) => list.length !== spec.timeSteps),
  );
  if (short.length > 0) {
    const names = short.map((layer) => layer.name).join(', ');
    throw new RangeError(
      `${caller}: counts must have ${spec.timeSteps} entries, got another length in ${names}.`,
    );
  }
  const problems = firstSpikeProblems(result.firstSpikes, result);
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join('; ')}.`);
}
