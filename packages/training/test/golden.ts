import { readFileSync } from 'node:fs';

/** One run of torch.optim.SGD on a vector of 7. */
export interface GoldenDescent {
  readonly nesterov: boolean;
  readonly decay: number;
  readonly rates: readonly number[];
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  readonly momentum: readonly number[];
}

/** What `fixtures/golden.py` wrote with PyTorch. */
export interface Golden {
  readonly generator: string;
  readonly sgd: readonly GoldenDescent[];
  readonly cosine: { readonly peak: number; readonly epochs: number; readonly rates: readonly number[] };
  readonly crossEntropy: {
    readonly logits: readonly number[];
    readonly labels: readonly number[];
    readonly cases: readonly {
      readonly smoothing: number;
      readonly loss: number;
      readonly gradient: readonly number[];
    }[];
  };
  readonly steps: {
    readonly start: Readonly<Record<string, readonly number[]>>;
    readonly batches: readonly { readonly images: readonly number[]; readonly labels: readonly number[] }[];
    readonly losses: readonly number[];
    readonly end: Readonly<Record<string, readonly number[]>>;
  };
}

/** Values that PyTorch computed. */
export const golden = JSON.parse(
  readFileSync(`${import.meta.dirname}/fixtures/golden.json`, 'utf8'),
) as Golden;
