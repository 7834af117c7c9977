import type { Conv2dNode, InputNode, NetworkNode, PoolNode } from './description.js';
import type { Shape } from './node-shape.js';
import type { Tensor } from './tensor.js';
import { rateNormThreshold } from './rate-norm-threshold.js';

/** Numbers of either precision. */
export type FloatArray = Float32Array | Float64Array;

/** Values of one node for one image, row-major. */
export interface Values {
  readonly shape: Shape;
  readonly data: FloatArray;
}

type Tensors = ReadonlyMap<string, Tensor>;

/**
 * Computes one node for one image; equations as in the node's type.
 *
 * @param out its `data` are overwritten, and rounded to their precision once
 * @internal
 */
export function computeNode(
  node: Exclude<NetworkNode, InputNode>,
  inputs: readonly Values[],
  out: Values,
  tensors: Tensors,
): void {
  const x = inputs[0]!;
  switch (node.op) {
    case 'conv2d':
      convolve(node, x, out, tensors);
      return;
    case 'dense': {
      const kernel = tensors.get(`${node.name}/kernel`)!.data;
      multiply(x.data, kernel, tensors.get(`${node.name}/bias`)?.data, out.data);
      return;
    }
    case 'batch-norm':
      normalize(node.name, node.epsilon, x.data, out.data, tensors);
      return;
    case 'add':
      out.data.set(x.data.map((_, i) => inputs.reduce((sum, { data }) => sum + data[i]!, 0)));
      return;
    case 'average-pool':
    case 'max-pool':
      pool(node, x, out);
      return;
    case 'global-average-pool':
      averagePixels(x.data, out.data);
      return;
    case 'flatten':
      out.data.set(x.data);
      return;
    case 'relu':
      for (let i = 0; i < x.data.length; i++) out.data[i] = Math.max(x.data[i]!, 0);
      return;
    case 'clip': {
      const bound = tensors.get(`${node.name}/bound`)!.data;
      const { data } = x;
      for (let i = 0; i < data.length; i++)
        out.data[i] = Math.min(Math.max(data[i]!, 0), bound[i % bound.length]!);
      return;
    }
    case 'qcfs':
      quantize(node.levels, tensors.get(`${node.name}/bound`)!.data, x.data, out.data);
      return;
    case 'rate-norm': {
      const threshold = rateNormThreshold(node.name, tensors);
      for (let i = 0; i < x.data.length; i++) out.data[i] = Math.min(Math.max(x.data[i]! / threshold, 0), 1);
      return;
    }
    case 'integrate-and-fire':
      // runNetwork refuses these before it begins.
      throw new TypeError(`computeNode: node '${node.name}' must be of an ANN, got ${node.op}.`);
  }
}

function convolve(node: Conv2dNode, x: Values, out: Values, tensors: Tensors): void {
  const kernel = tensors.get(`${node.name}/kernel`)!.data;
  const bias = tensors.get(`${node.name}/bias`)?.data ?? new Float32Array(node.filters);
  const [height, width, channels] = x.shape as [number, number, number];
  const [rows, columns, filters] = out.shape as [number, number, number];
  const [kernelHeight, kernelWidth] = node.kernelSize;
  const { strides, padding } = node;
  const sums = new Float64Array(filters);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      sums.set(bias);
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = row * strides[0] - padding.top + ky;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const at = column * strides[1] - padding.left + kx;
          if (at < 0 || at >= width) continue;
          const pixel = (y * width + at) * channels;
          const tap = (ky * kernelWidth + kx) * channels * filters;
          addWeighted(sums, x.data, pixel, kernel, tap, channels);
        }
      }
      out.data.set(sums, (row * columns + column) * filters);
    }
  }
}

/** `sums[f] += Σ_c x[pixel + c] · kernel[tap + c · filters + f]`. */
function addWeighted(
  sums: Float64Array,
  x: FloatArray,
  pixel: number,
  kernel: Float32Array,
  tap: number,
  channels: number,
): void {
  const filters = sums.length;
  for (let c = 0; c < channels; c++) {
    const value = x[pixel + c]!;
    // Behind an activation most values are zero.
    if (value === 0) continue;
    const base = tap + c * filters;
    for (let f = 0; f < filters; f++) sums[f]! += value * kernel[base + f]!;
  }
}

function multiply(
  x: FloatArray,
  kernel: Float32Array,
  bias: Float32Array | undefined,
  out: FloatArray,
): void {
  const sums = new Float64Array(out.length);
  if (bias !== undefined) sums.set(bias);
  addWeighted(sums, x, 0, kernel, 0, x.length);
  out.set(sums);
}

function normalize(name: string, epsilon: number, x: FloatArray, out: FloatArray, tensors: Tensors): void {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
    (parameter) => tensors.get(`${name}/${parameter}`)!.data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const channels = gamma.length;
  const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
  for (let i = 0; i < x.length; i++) {
    const c = i % channels;
    out[i] = (x[i]! - mean[c]!) * scale[c]! + beta[c]!;
  }
}

function pool(node: PoolNode, x: Values, out: Values): void {
  const [height, width, channels] = x.shape as [number, number, number];
  const [rows, columns] = out.shape as [number, number, number];
  const [windowHeight, windowWidth] = node.size;
  const isMaximum = node.op === 'max-pool';
  for (let row = 0; row < rows; row++) {
    const top = row * node.strides[0] - node.padding.top;
    for (let column = 0; column < columns; column++) {
      const left = column * node.strides[1] - node.padding.left;
      for (let c = 0; c < channels; c++) {
        let result = isMaximum ? -Infinity : 0;
        for (let y = Math.max(top, 0); y < Math.min(top + windowHeight, height); y++) {
          for (let at = Math.max(left, 0); at < Math.min(left + windowWidth, width); at++) {
            const value = x.data[(y * width + at) * channels + c]!;
            result = isMaximum ? Math.max(result, value) : result + value;
          }
        }
        const divisor = isMaximum ? 1 : windowHeight * windowWidth;
        out.data[(row * columns + column) * channels + c] = result / divisor;
      }
    }
  }
}

function averagePixels(x: FloatArray, out: FloatArray): void {
  const channels = out.length;
  const sums = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) sums[i % channels]! += x[i]!;
  const pixels = x.length / channels;
  for (let c = 0; c < channels; c++) out[c] = sums[c]! / pixels;
}

function quantize(levels: number, bound: Float32Array, x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < x.length; i++) {
    const lambda = bound[i % bound.length]!;
    const level = Math.floor((x[i]! * levels) / lambda + 0.5);
    out[i] = (lambda * Math.min(Math.max(level, 0), levels)) / levels;
  }
}
