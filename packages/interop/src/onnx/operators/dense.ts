import type { Tensor } from '@opi-snn/network';
import { type Activation, activationOf, channelsOf } from '../activation.js';
import type { Constant } from '../constant.js';
import { applyFunction } from '../materialize.js';
import { layerName, type OperatorCall, sourceFeature } from '../operator-call.js';
import { Refusal } from '../../import-error.js';

/** Gemm: α x W + β b, W transposed or not. */
export function gemm(call: OperatorCall): Activation {
  const input = requireVector(call, 'Gemm');
  if (call.int('transA', 0) !== 0) {
    throw new Refusal('it transposes its input (transA)', 'Export a dense layer as x W or x Wᵀ');
  }
  const weights = call.constant(1, 'its weights');
  const kernel = denseKernel(input, weights, call.int('transB', 0) !== 0, call.float('alpha', 1));
  const given = call.optionalConstant(2, 'its bias');
  const units = kernel.shape[1]!;
  const beta = call.float('beta', 1);
  const bias = given === undefined ? undefined : spreadBias(given, units, beta);
  return activationOf(appendDense(call, input, kernel, bias), [units], 'vector');
}

/** MatMul: x W. A bias follows as an addition. */
export function matMul(call: OperatorCall): Activation {
  const input = requireVector(call, 'MatMul');
  const kernel = denseKernel(input, call.constant(1, 'its weights'), false, 1);
  return activationOf(appendDense(call, input, kernel, undefined), [kernel.shape[1]!], 'vector');
}

/**
 * Appends a dense layer; concatenated inputs become one layer each and a sum.
 *
 * @param kernel [in, out], rows in the network's order
 */
export function appendDense(
  call: OperatorCall,
  input: Activation,
  kernel: Tensor,
  bias: Pick<Constant, 'data'> | undefined,
): string {
  const { writer } = call;
  const units = kernel.shape[1]!;
  const wanted = layerName(call, 1);
  const sums: string[] = [];
  let first = 0;
  for (const part of input.parts) {
    const { channels } = part;
    if (part.node !== null) {
      const from = applyFunction(part, true, writer, `${wanted}.input`);
      const hasBias = bias !== undefined && sums.length === 0;
      const data = kernel.data.subarray(first * units, (first + channels) * units);
      const name = writer.uniqueName(wanted);
      sums.push(
        writer.append(
          { op: 'dense', name, inputs: [from], units, bias: hasBias },
          {
            kernel: { shape: [channels, units], data },
            ...(hasBias ? { bias: { shape: [units], data: Float32Array.from(bias.data) } } : {}),
          },
        ),
      );
    }
    first += channels;
  }
  if (sums.length === 0)
    throw new Refusal('its input is zero everywhere', 'Remove the branch and export again');
  if (sums.length === 1) return sums[0]!;
  return writer.append({ op: 'add', name: writer.uniqueName(`${wanted}.sum`), inputs: sums });
}

function requireVector(call: OperatorCall, operation: string): Activation {
  const input = call.activation(0);
  if (input.layout === 'vector') return input;
  throw new Refusal(
    `${operation} needs [N, features], got [N, ${input.dims.join(', ')}]`,
    'Flatten the image before the dense layer, or use a convolution of 1x1',
  );
}

/** [in, out], scaled by α, rows in the order in which the network has the features. */
function denseKernel(input: Activation, weights: Constant, isTransposed: boolean, alpha: number): Tensor {
  const [rows = 0, columns = 0] = weights.dims;
  const [features, units] = isTransposed ? [columns, rows] : [rows, columns];
  if (weights.dims.length !== 2 || features !== channelsOf(input) || units < 1 || !Number.isFinite(alpha)) {
    throw new Refusal(
      `weights of extents [${weights.dims.join(', ')}] do not fit ${channelsOf(input)} features`,
      'Give the input size the network was made for (--input-shape), or export it again',
    );
  }
  const data = new Float32Array(features * units);
  const { flattenedFrom } = input;
  for (let i = 0; i < features; i++) {
    const source = flattenedFrom === undefined ? i : sourceFeature(i, flattenedFrom);
    for (let j = 0; j < units; j++) {
      data[i * units + j] = alpha * weights.data[isTransposed ? j * features + source : source * units + j]!;
    }
  }
  return { shape: [features, units], data };
}

function spreadBias({ data, dims }: Constant, units: number, beta: number): { readonly data: Float32Array } {
  const fits = data.length === 1 || (data.length === units && dims.at(-1) === units);
  if (fits && Number.isFinite(beta)) {
    return { data: Float32Array.from({ length: units }, (_, i) => beta * data[i % data.length]!) };
  }
  throw new Refusal(
    `its bias of extents [${dims.join(', ')}] does not fit ${units} units`,
    'Export it again',
  );
}
