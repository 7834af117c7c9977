// The optional native backend has the same interface as the union package; it may not be installed.
declare module '@tensorflow/tfjs-node' {
  export * from '@tensorflow/tfjs';
}
