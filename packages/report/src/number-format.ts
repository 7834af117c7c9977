import type { Interval } from '@opi-snn/harness';

/** Shown where there is no number. */
export const NOTHING = '–';

/** Between a number and its unit: a blank at which no line breaks. */
const UNIT_SPACE = '\u00a0';

/**
 * A fraction as a number of percent.
 *
 * @param fraction  usually in [0, 1]; null where there is none
 * @param digits  after the point
 * @returns such as `93.38`, without the sign for percent
 */
export function percent(fraction: number | null | undefined, digits = 2): string {
  return fraction === null || fraction === undefined ? NOTHING : (100 * fraction).toFixed(digits);
}

/**
 * A fraction in percent with the sign for it, for sentences.
 *
 * @param fraction  usually in [0, 1]
 * @param digits  after the point
 * @returns such as `93.4 %`, which no line break splits
 */
export function inPercent(fraction: number, digits = 1): string {
  return `${percent(fraction, digits)}${UNIT_SPACE}%`;
}

/**
 * A 95 % interval in percent, one digit.
 *
 * @param interval  of fractions
 * @returns such as `92.9–93.8`
 */
export function percentInterval({ low, high }: Interval): string {
  return `${percent(low, 1)}–${percent(high, 1)}`;
}

/**
 * A number with its sign: a true minus, and no −0.
 *
 * @param value  finite; null where there is none
 * @param digits  after the point
 * @returns such as `+0.50` or `−1.20`
 */
export function signed(value: number | null, digits = 2): string {
  if (value === null) return NOTHING;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/**
 * A count in groups of three.
 *
 * @param value  any number; rounded
 * @returns such as `10,000`
 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/**
 * A number with three significant digits, for quantities of unknown size.
 *
 * @param value  finite; null where there is none
 * @returns such as `0.0123`, `4.56`, `789`, `1.2e+7`
 */
export function compact(value: number | null): string {
  if (value === null) return NOTHING;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(1);
  return size >= 100 ? count(value) : value.toPrecision(3);
}

/**
 * A p-value as papers print it; where it underflows, its bound.
 *
 * @param p  in [0, 1]; null where nothing was tested
 * @returns such as `p = 0.031`, `p = 2e-12`, `p < 1e-300`
 */
export function pValue(p: number | null): string {
  if (p === null) return NOTHING;
  if (p < 1e-300) return 'p < 1e-300';
  return p < 0.001 ? `p = ${p.toExponential(0)}` : `p = ${p.toFixed(3)}`;
}

/**
 * Seconds for people.
 *
 * @param seconds  ≥ 0
 * @returns such as `3.2 s`, `4 min 05 s`, `2 h 10 min`
 */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)}${UNIT_SPACE}s`;
  const whole = Math.round(seconds);
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
