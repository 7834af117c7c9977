/** A dense float32 array with a shape, row-major. The data are not to be written to once it is part of a {@link Network}. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
