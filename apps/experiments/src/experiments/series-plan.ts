import type { JsonValue } from '@opi-snn/harness';
import type { MethodName } from '@opi-snn/conversion';
import type { Network } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';

/** One series before it is run: a spiking network and the potential it starts from. */
export interface SeriesPlan {
  /** Unique in the experiment. */
  readonly id: string;
  /** What a reader sees. */
  readonly label: string;
  readonly method: MethodName;
  /** `network`: what the network says, layer by layer, such as after calibration. */
  readonly initialPotential: InitialPotential | 'network';
  /**
   * The network to simulate. A method whose conversion depends on T gives another one for each T; each T is then
   * simulated on its own.
   */
  readonly network: Network | ((timeSteps: number) => Promise<Network>);
  /**
   * What decides the predictions besides the ANN and the name of the method; part of a job's address. A `readOut` with a
   * `delay` in steps asks for delayed read-out (`delayedPredictions`). Where a network
   * comes from measurements, its hash is added.
   */
  readonly parameters: Readonly<Record<string, JsonValue>>;
}
