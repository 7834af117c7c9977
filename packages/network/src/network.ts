import type { NetworkDescription } from './description.js';
import type { Tensor } from './tensor.js';

/** A description with its tensors, keyed `NODE/PARAMETER`. Treated as immutable: every transformation returns a new one. */
export interface Network {
  readonly description: NetworkDescription;
  readonly tensors: ReadonlyMap<string, Tensor>;
}
