/*
 * The method and constants of naturalLogarithm come from fdlibm's e_log.c, which carries this notice:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 * preserved.
 */

/** ln 2 in two parts; the product of the high part with any exponent of a double is exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
/** Minimax coefficients of (ln(1+s) − ln(1−s) − 2s) / s in s², |s| ≤ 0.1716. */
const L1 = 6.66666666666673513e-1;
const L2 = 3.999999999940941908e-1;
const L3 = 2.857142874366239149e-1;
const L4 = 2.222219843214978396e-1;
const L5 = 1.818357216161805012e-1;
const L6 = 1.531383769920937332e-1;
const L7 = 1.479819860511658591e-1;

const TWO_TO_54 = 18014398509481984;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

const bits = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm from additions, multiplications and divisions only, so that every engine gives the same bits.
 * (`Math.log` is implementation-approximated: ECMAScript does not fix its last digits.)
 *
 *   x = 2^k (1 + f),  1 + f in [√½, √2);  s = f / (2 + f);  ln x = k ln 2 + f − f²/2 + s (f²/2 + R(s²))
 *
 * Error below 1 unit in the last place. ln 0 = −∞, ln x = NaN for x < 0 and NaN, ln ∞ = ∞.
 *
 * @param x any double
 * @see fdlibm 5.3, e_log.c
 * @example
 * naturalLogarithm(1); // 0
 */
export function naturalLogarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = 0;
  if (x < SMALLEST_NORMAL) {
    x *= TWO_TO_54;
    k = -54;
  }
  bits.setFloat64(0, x);
  const high = bits.getInt32(0);
  k += (high >> 20) - 1023;
  const fraction = high & 0xfffff;
  // 1 + f starts in [1, 2); halve it from about √2 on.
  const carry = (fraction + 0x95f64) & 0x100000;
  bits.setInt32(0, fraction | (carry ^ 0x3ff00000));
  k += carry >> 20;
  const f = bits.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const series = z * (L1 + w * (L3 + w * (L5 + w * L7))) + w * (L2 + w * (L4 + w * L6));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + series) + k * LN2_LOW) - f);
}
