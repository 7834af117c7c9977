export type { JsonValue } from './canonical-json.js';
export { canonicalJson } from './canonical-json.js';
export { contentAddress, hashPredictions, sha256 } from './hash.js';
export type { Artifact, ArtifactContent, ArtifactStore, Damage } from './artifact.js';
export type {
  DatasetReference,
  EvaluationResult,
  EvaluationSpec,
  ImageRange,
  LayerCounts,
  SimulationResult,
  SimulationSpec,
} from './simulation-job.js';
export type { ExecuteJobsOptions, FinishedJob, JobKind, JobProgress } from './execute-jobs.js';
export { executeJobs } from './execute-jobs.js';
export type { Interval } from './wilson.js';
export { wilsonInterval, Z_95 } from './wilson.js';
export type { CellOutcome, CellVerdict, Confidence } from './cell-verdict.js';
export type { FindingComparison, FindingOutcome, FindingVerdict } from './finding-verdict.js';
export type { RunEnvironment } from './environment.js';
export type {
  AccuracyPoint,
  AnnAccuracy,
  CostPoint,
  ErrorMoments,
  ExperimentResult,
  FirstSpike,
  LayerError,
  Measurement,
  Series,
  SeriesRun,
} from './result.js';
