import type { Interval } from '@opi-snn/harness';

/** A share in percent, such as `88.40 %`. */
export function accuracyText(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** A 95 % interval of a share, such as `(95 %: 86.92 to 89.73)`. */
export function intervalText({ low, high }: Interval): string {
  return `(95 %: ${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)})`;
}
