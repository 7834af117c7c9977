import type { FindingVerdict } from '@opi-snn/harness';
import type { CalibrationRequest } from './calibrated-network.js';
import type { ExperimentContext } from './context.js';
import type { FindingsInput } from './findings.js';
import type { ExperimentScope } from './scope.js';
import type { SeriesPlan } from './series-plan.js';

/** One table or figure: a question, the series that answer it, and how the answer is judged. */
export interface ExperimentDefinition extends ExperimentScope {
  /** What is run, in the order in which it is reported. */
  readonly plan: (context: ExperimentContext) => Promise<readonly SeriesPlan[]>;
  /** Time-steps that an image is simulated for in all, where {@link plan} itself is long work; else the plan is counted. */
  readonly stepsPerImage?: (timeSteps: readonly number[]) => number;
  /** Calibrations of potentials that the series need, for the estimate. */
  readonly calibrations?: (timeSteps: readonly number[]) => readonly CalibrationRequest[];
  /** The claims that the series speak for or against. */
  readonly judge: (input: FindingsInput) => FindingVerdict[];
  /** What a reader has to know besides, one sentence each. */
  readonly remarks?: (context: ExperimentContext) => readonly string[];
}
