import type { Dataset, Normalization } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';

/** A network that is evaluated, and the test images. */
export interface EvaluationSubject {
  /** Of its file. */
  readonly path: string;
  readonly network: Network;
  readonly dataset: Dataset;
  /** The first so many images are used. */
  readonly images: number;
  readonly preprocessing: Normalization;
}
