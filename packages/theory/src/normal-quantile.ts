import { naturalLogarithm } from './natural-logarithm.js';

/**
 * Quantile of the standard normal distribution: the x with P(X ≤ x) = probability.
 *
 * Rational approximations in three regions; relative error about 1e-16 (Wichura). Uses + − × ÷, `Math.sqrt` and
 * {@link naturalLogarithm} only, so that every engine gives the same bits.
 *
 * @param probability in [0, 1]; 0 gives −∞, 1 gives ∞
 * @returns x [standard deviations]; odd about probability = ½
 * @throws RangeError if probability is outside [0, 1]
 * @see Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16
 * @example
 * normalQuantile(0.975); // 1.9599639845400536
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (q >= -0.425 && q <= 0.425) return central(q);
  const tail = q < 0 ? probability : 1 - probability;
  if (!(tail > 0)) {
    if (tail === 0) return q < 0 ? -Infinity : Infinity;
    throw new RangeError(`normalQuantile: probability must be in [0, 1], got ${probability}.`);
  }
  const r = Math.sqrt(-naturalLogarithm(tail));
  const x = r <= 5 ? intermediate(r - 1.6) : far(r - 5);
  return q < 0 ? -x : x;
}

/** |q| ≤ 0.425, q = probability − ½. */
function central(q: number): number {
  const r = 0.180625 - q * q;
  return (
    (q *
      polynomial(
        r,
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
      )) /
    polynomial(
      r,
      1,
      42.31333070160091,
      687.1870074920579,
      5394.196021424751,
      21213.794301586597,
      39307.89580009271,
      28729.085735721943,
      5226.495278852854,
    )
  );
}

/** r = √(−ln tail) − 1.6, tail ≥ e⁻²⁵. */
function intermediate(r: number): number {
  return (
    polynomial(
      r,
      1.4234371107496835,
      4.630337846156546,
      5.769497221460691,
      3.6478483247632045,
      1.2704582524523684,
      0.2417807251774506,
      0.022723844989269184,
      0.0007745450142783414,
    ) /
    polynomial(
      r,
      1,
      2.053191626637759,
      1.6763848301838038,
      0.6897673349851,
      0.14810397642748008,
      0.015198666563616457,
      0.0005475938084995345,
      1.0507500716444169e-9,
    )
  );
}

/** r = √(−ln tail) − 5, tail < e⁻²⁵. */
function far(r: number): number {
  return (
    polynomial(
      r,
      6.657904643501103,
      5.463784911164114,
      1.7848265399172913,
      0.29656057182850487,
      0.026532189526576124,
      0.0012426609473880784,
      0.000027115555687434876,
      2.0103343992922881e-7,
    ) /
    polynomial(
      r,
      1,
      0.599832206555888,
      0.1369298809227358,
      0.014875361290850615,
      0.0007868691311456133,
      0.000018463183175100548,
      1.421511758316446e-7,
      2.0442631033899397e-15,
    )
  );
}

/** Σ cᵢ rⁱ by Horner's rule. */
function polynomial(
  r: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  c4: number,
  c5: number,
  c6: number,
  c7: number,
): number {
  return ((((((c7 * r + c6) * r + c5) * r + c4) * r + c3) * r + c2) * r + c1) * r + c0;
}
