import type { FindingVerdict } from '@opi-snn/harness';
import type { Preparation } from '@opi-snn/theory';
import type { CalibrationRequest } from './calibrated-network.js';
import type { ExperimentContext } from './context.js';
import type { FindingsInput } from './findings.js';
import type { ExperimentScope } from './scope.js';
import type { SeriesPlan } from './series-plan.js';

/** A part of the simulations of every image, for the estimate. */
export interface SimulationWork {
  readonly steps: number;
  /** Whether the network has neurons that only the event-driven kernels run. */
  readonly isEventDriven?: boolean;
  /** What every image of it is prepared by first. */
  readonly preparation?: Preparation | undefined;
}

/** One table or figure: a question, the series that answer it, and how the answer is judged. */
export interface ExperimentDefinition extends ExperimentScope {
  /** What is run, in the order in which it is reported. */
  readonly plan: (context: ExperimentContext) => Promise<readonly SeriesPlan[]>;
  /** What an image is simulated for, where {@link plan} itself is long work; else the plan is counted. */
  readonly simulations?: (timeSteps: readonly number[]) => readonly SimulationWork[];
  /** Calibrations of potentials that the series need, for the estimate. */
  readonly calibrations?: (timeSteps: readonly number[]) => readonly CalibrationRequest[];
  /** The claims that the series speak for or against. */
  readonly judge: (input: FindingsInput) => FindingVerdict[];
  /** What a reader has to know besides, one sentence each. */
  readonly remarks?: (context: ExperimentContext) => readonly string[];
}
