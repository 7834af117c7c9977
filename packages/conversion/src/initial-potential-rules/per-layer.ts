import type { InitialPotential } from '@opi-snn/theory';

/** A potential of its own for each layer, by the name of the activation node. */
export interface PerLayerPotential {
  readonly kind: 'per-layer';
  readonly layers: Readonly<Record<string, InitialPotential>>;
  /** For the layers that are not named; without it every layer must be named. */
  readonly otherwise?: InitialPotential;
}
