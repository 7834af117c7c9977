import { type Activation, isPadded } from '../activation.js';
import { materialize } from '../materialize.js';
import { type OperatorCall, perChannel, type Value } from '../operator-call.js';
import {
  type PerChannel,
  type ScalarFunction,
  sliceChannels,
  thenAffine,
  thenClip,
  thenFloor,
} from '../scalar-function.js';
import { Refusal } from '../../import-error.js';
import { foldBinary } from '../fold-constants.js';

const ZERO = Float64Array.of(0);
const INFINITY = Float64Array.of(Infinity);
const MINUS_INFINITY = Float64Array.of(-Infinity);

/** max(x, 0). */
export function relu(call: OperatorCall): Activation {
  return applyToParts(call, call.activation(0), (f) => thenClip(f, ZERO, INFINITY));
}

/** clip(x, min, max); bounds are attributes before operator set 11, inputs since. */
export function clip(call: OperatorCall): Activation {
  const input = call.activation(0);
  const bound = (index: number, attribute: string, otherwise: number): PerChannel => {
    const constant = call.optionalConstant(index, `its bound ${attribute}`);
    if (constant !== undefined) return perChannel(constant, input);
    return Float64Array.of(call.float(attribute, otherwise));
  };
  const low = bound(1, 'min', -Infinity);
  const high = bound(2, 'max', Infinity);
  return applyToParts(call, input, (f) => thenClip(f, low, high));
}

/** ⌊x⌋, part of quantising activations. */
export function floor(call: OperatorCall): Activation {
  return applyToParts(call, call.activation(0), thenFloor);
}

export function negate(call: OperatorCall): Activation {
  const minusOne = Float64Array.of(-1);
  return applyToParts(call, call.activation(0), (f) => thenAffine(f, minusOne, ZERO));
}

/** Max or Min with constants: bounds from below or above. */
export function bound(call: OperatorCall): Value {
  const isUpper = call.node.opType === 'Min';
  return withConstants(call, (value, constant) => {
    return applyToParts(call, value, (f) => {
      return isUpper ? thenClip(f, MINUS_INFINITY, constant) : thenClip(f, constant, INFINITY);
    });
  });
}

/** Mul, Div and Sub with a constant. */
export function affine(call: OperatorCall): Value {
  const { opType } = call.node;
  return withConstants(call, (value, constant, constantFirst) => {
    return applyToParts(call, value, (f) => {
      const plus = (scale: number): ScalarFunction => thenAffine(f, Float64Array.of(scale), constant);
      if (opType === 'Add') return plus(1);
      if (opType === 'Mul') return thenAffine(f, constant, ZERO);
      if (opType === 'Sub' && constantFirst) return plus(-1);
      if (opType === 'Sub') {
        return thenAffine(
          f,
          Float64Array.of(1),
          constant.map((each) => -each),
        );
      }
      if (constantFirst) {
        throw new Refusal('it divides a constant by an activation', 'Only linear operations can be imported');
      }
      return thenAffine(
        f,
        constant.map((each) => 1 / each),
        ZERO,
      );
    });
  });
}

/** Two constants are computed; one constant goes to `apply` as one number per channel. */
export function withConstants(
  call: OperatorCall,
  apply: (value: Activation, constant: PerChannel, constantFirst: boolean) => Activation,
): Value {
  const { opType, inputs } = call.node;
  if (inputs.length !== 2) {
    throw new Refusal(`it has ${inputs.length} inputs`, `${opType} of two values can be imported`);
  }
  const [a, b] = [call.input(0), call.input(1)];
  if (a.kind === 'constant' && b.kind === 'constant') return foldBinary(opType, a, b);
  if (a.kind === 'activation' && b.kind === 'activation') {
    throw new Refusal(
      'both its inputs depend on the image',
      'Spiking layers can add values, not multiply, divide, subtract or compare them; remove gates such as squeeze-and-excitation',
    );
  }
  if (a.kind === 'activation') return apply(a, perChannel(b as never, a), false);
  return apply(b as Activation, perChannel(a, b as Activation), true);
}

/**
 * Applies a function of one number, per channel, to a value without making nodes yet.
 *
 * Where the value has zeros that were put in (padding, absent channels) and the function does not keep them, the
 * zeros become real first.
 */
export function applyToParts(
  call: OperatorCall,
  value: Activation,
  then: (f: ScalarFunction) => ScalarFunction,
): Activation {
  const channels = value.parts.reduce((sum, part) => sum + part.channels, 0);
  const hasZeros = isPadded(value) || value.parts.some(({ node }) => node === null);
  const input =
    hasZeros && !keepsZero(then) ? materialize(value, call.writer, `${call.wanted}.input`) : value;
  let first = 0;
  const parts = input.parts.map((part) => {
    const [from, to] = [first, first + part.channels];
    first = to;
    if (part.node === null) return part;
    // The function of one part, widened to all channels, so that per-channel constants line up with it.
    const widened = mapLines(part.function, (line) => widen(line, from, channels));
    return { ...part, function: sliceChannels(then(widened), from, to) };
  });
  return { ...input, parts };
}

function keepsZero(then: (f: ScalarFunction) => ScalarFunction): boolean {
  const { before, after } = then({
    before: { scale: Float64Array.of(1), offset: ZERO, low: MINUS_INFINITY, high: INFINITY },
  });
  const atZero = before.offset.map((offset, c) => {
    const low = before.low[c % before.low.length]!;
    const high = before.high[c % before.high.length]!;
    return Math.min(Math.max(offset, low), high);
  });
  return after === undefined && atZero.every((value) => value === 0);
}

function mapLines(f: ScalarFunction, widenOne: (values: PerChannel) => PerChannel): ScalarFunction {
  const line = ({ scale, offset, low, high }: ScalarFunction['before']): ScalarFunction['before'] => {
    return { scale: widenOne(scale), offset: widenOne(offset), low: widenOne(low), high: widenOne(high) };
  };
  return f.after === undefined
    ? { before: line(f.before) }
    : { before: line(f.before), after: line(f.after) };
}

/** Per-channel numbers of a part at their place among all channels; the other places repeat one of them. */
function widen(values: PerChannel, from: number, channels: number): PerChannel {
  if (values.length === 1 || values.length === channels) return values;
  return Float64Array.from({ length: channels }, (_, c) => values[c - from] ?? values[0]!);
}
