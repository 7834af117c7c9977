/**
 * Distribution function of the standard normal distribution, Φ(x) = P(X ≤ x).
 *
 * Rational approximation (Hart) and, beyond 5√2, a continued fraction; absolute error below 1e-14. Uses `Math.exp`,
 * whose last digit may depend on the engine: for predictions, not for random draws ({@link normalQuantile}).
 *
 * @see Hart, "Computer Approximations" (1968), 5666; West, "Better approximations to cumulative normal functions" (2005)
 * @example
 * normalDistribution(0); // 0.5
 */
export function normalDistribution(x: number): number {
  const y = Math.abs(x);
  const upper = y > 38 ? 0 : Math.exp((-y * y) / 2) * (y < 7.07106781186547 ? ratio(y) : fraction(y));
  return x > 0 ? 1 - upper : upper;
}

function ratio(y: number): number {
  let numerator = 0.0352624965998911 * y + 0.700383064443688;
  numerator = numerator * y + 6.37396220353165;
  numerator = numerator * y + 33.912866078383;
  numerator = numerator * y + 112.079291497871;
  numerator = numerator * y + 221.213596169931;
  numerator = numerator * y + 220.206867912376;
  let denominator = 0.0883883476483184 * y + 1.75566716318264;
  denominator = denominator * y + 16.064177579207;
  denominator = denominator * y + 86.7807322029461;
  denominator = denominator * y + 296.564248779674;
  denominator = denominator * y + 637.333633378831;
  denominator = denominator * y + 793.826512519948;
  denominator = denominator * y + 440.413735824752;
  return numerator / denominator;
}

function fraction(y: number): number {
  return 1 / (y + 1 / (y + 2 / (y + 3 / (y + 4 / (y + 0.65))))) / 2.506628274631;
}
