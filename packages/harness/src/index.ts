export type { JsonValue } from './canonical-json.js';
export { canonicalJson } from './canonical-json.js';
export { contentAddress, hashPredictions, sha256 } from './hash.js';

export type { Artifact, ArtifactContent, ArtifactStore, ArtifactSummary, Damage } from './artifact.js';
export type { ArtifactStoreOptions } from './artifact-store.js';
export { openArtifactStore, STALE_AFTER_MS } from './artifact-store.js';
export { StorageError } from './storage-error.js';
export { makeFolder } from './make-folder.js';
export { writeFileAtomically } from './atomic-write.js';

export type {
  DatasetReference,
  EvaluationResult,
  EvaluationSpec,
  FirstSpikeCounts,
  ImageRange,
  LayerCounts,
  SimulationResult,
  SimulationSpec,
} from './simulation-job.js';
export type {
  ExecuteGroupsOptions,
  ExecuteJobsOptions,
  FinishedJob,
  JobKind,
  JobOrigin,
  JobProgress,
  JobProvenance,
} from './execute-jobs.js';
export { executeJobGroups, executeJobs } from './execute-jobs.js';
export { evaluationKind, jsonKind, simulationKind } from './job-kinds.js';
export type { PlannedJob } from './planned-job.js';
export { planJobs } from './planned-job.js';
export { DEFAULT_SHARD_SIZE, mergeShards, shardSpecs } from './shards.js';
export type { ExecuteRunOptions, ExecuteSweepOptions, FinishedRun } from './execute-run.js';
export { executeEvaluation, executeSimulation, executeSweep } from './execute-run.js';
export type { RunRecord, ShardRecord } from './run-record.js';
export { recordRun } from './run-record.js';

export type { Interval } from './wilson.js';
export { wilsonInterval, Z_95 } from './wilson.js';
export type { PairedTest } from './paired-test.js';
export { holmAdjust, pairedTest } from './paired-test.js';
export { signFlipTest } from './sign-flip-test.js';
export type { MeanSpread } from './mean-spread.js';
export { meanSpread } from './mean-spread.js';
export type { PredictedRun } from './correctness.js';
export { correctAt, countCorrect } from './correctness.js';
export { meanFirstSpikes } from './first-spikes.js';
export type { PairedEffect } from './paired-effect.js';
export { pairedEffect } from './paired-effect.js';
export type { ImagePart, ScreenedAccuracy } from './screening.js';
export {
  FLOOR_SHARE,
  imagePart,
  isAboveChance,
  isOffTheFloor,
  isScreeningImage,
  screenAccuracy,
  SCREENING_SHARE,
} from './screening.js';

export type {
  PublishedCell,
  PublishedFinding,
  PublishedQuery,
  PublishedRow,
  PublishedValues,
} from './published-values.js';
export {
  findPublished,
  findPublishedFinding,
  publishedMethods,
  parsePublishedValues,
  publishedValues,
} from './published-values.js';
export type { CellOutcome, CellVerdict, Confidence } from './cell-verdict.js';
export type { MeasuredCell } from './judge-cells.js';
export { judgeCells } from './judge-cells.js';
export type {
  Finding,
  FindingComparison,
  FindingConfidence,
  FindingOutcome,
  FindingVerdict,
} from './finding-verdict.js';
export type { Comparison, GainPair, LabelledRuns, RunPair } from './compare.js';
export { compareAccuracy, compareGains } from './compare.js';
export { compareFirstSpikes } from './compare-first-spikes.js';
export { compareMeanAccuracy } from './compare-mean-accuracy.js';
export type { FindingInput } from './judge-finding.js';
export { COMBINATION_RULE, judgeFinding, SIGNIFICANCE } from './judge-finding.js';

export type { RunEnvironment } from './environment.js';
export { describeMachine, type MachineDescription } from './describe-machine.js';
export type {
  AccuracyPoint,
  AnnAccuracy,
  CostPoint,
  EnergyPoint,
  ErrorMoments,
  ExperimentResult,
  FirstSpike,
  LayerError,
  Measurement,
  Series,
  SeriesRun,
} from './result.js';
export type { SeriesInput, SeriesInputRun } from './build-series.js';
export { annAccuracy, buildSeries, firstSpikesOf, measuredCells } from './build-series.js';
export type { RunForTimeSteps } from './join-runs.js';
export { joinRuns, joinSeries } from './join-runs.js';
export type { CommittedComparison } from './compare-with-committed.js';
export { compareWithCommitted } from './compare-with-committed.js';
export { ResultError } from './result-error.js';
export { experimentResultSchema, parseResult } from './result-schema.js';
export { hashRuns, loadResult, saveResult, sealResult } from './save-result.js';
