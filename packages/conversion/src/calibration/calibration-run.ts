import type { Network } from '@opi-snn/network';

/** What a calibration asks a simulator for. */
export interface SpikingRequest {
  /** Normalised images, [count, height, width, channels]. */
  readonly images: Float32Array;
  readonly count: number;
  /** T, integer ≥ 1. */
  readonly timeSteps: number;
  /** Whether the accumulated output is wanted: a value for each of its neurons, image and step. */
  readonly output: boolean;
  /** Names of spiking layers whose spikes are wanted. */
  readonly counted: readonly string[];
}

/** What it gets. */
export interface SpikingResponse {
  /**
   * Accumulated output after every step, [count, timeSteps, ...output], if asked for; the output node may be any linear node.
   */
  readonly output: Float32Array;
  /** Spikes after T steps, [count, neurons], by the names in `counted`. */
  readonly counts: ReadonlyMap<string, Uint16Array>;
}

/**
 * What a calibration works with. Training images, never test images. The simulator is handed in: conversion does not
 * depend on kernels; `createRunner` of `@opi-snn/simulation` gives one.
 */
export interface CalibrationRun {
  /** Normalised training images, [count, height, width, channels]. */
  readonly images: Float32Array;
  readonly count: number;
  readonly simulate: (network: Network, request: SpikingRequest) => Promise<SpikingResponse>;
}
