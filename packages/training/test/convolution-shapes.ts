import fc from 'fast-check';

/** One convolution, NHWC. */
export interface ConvolutionShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
}

/** Small integers: every product and sum is exact in float32, so the order of additions cannot matter. */
export function integers(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => ((i * 7 + seed * 3 + ((i * i) % 11)) % 9) - 4);
}

/** Any small convolution. */
export const convolutionShapes = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    channels: fc.integer({ min: 1, max: 5 }),
    filters: fc.integer({ min: 1, max: 5 }),
    kernelHeight: fc.integer({ min: 1, max: 4 }),
    kernelWidth: fc.integer({ min: 1, max: 4 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  })
  .filter(
    (shape) =>
      shape.pad === 'same' || (shape.kernelHeight <= shape.height && shape.kernelWidth <= shape.width),
  );
