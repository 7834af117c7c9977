import { readFileSync } from 'node:fs';
import { parseResult, type CellVerdict, type ExperimentResult, type Measurement } from '@opi-snn/harness';

const EXAMPLE = new URL('../examples/embedded-vgg.json', import.meta.url);

/**
 * The committed result: four potentials, random ones with three seeds, at T = 1, 4, 16, 64. Made by
 * `pnpm opi reproduce embedded-vgg --images 200 --time-steps 1,4,16,64`.
 */
export function exampleResult(): ExperimentResult {
  return parseResult(JSON.parse(readFileSync(EXAMPLE, 'utf8')), 'embedded-vgg.json');
}

/** The committed result with some parts of its measurement replaced. */
export function resultWith(changes: Partial<Measurement>): ExperimentResult {
  const result = exampleResult();
  return { ...result, measurement: { ...result.measurement, ...changes } };
}

/** One published cell of each outcome; the numbers are invented. */
export const CELLS: readonly CellVerdict[] = [
  published(2, 0.6, 0.61, 'confirmed', 'agrees'),
  published(4, 0.7, 0.76, 'confirmed', 'better'),
  published(8, 0.9, 0.8, 'confirmed', 'worse'),
  published(16, 0.87, 0.73, 'recalled', 'recalled value only'),
  { ...published(32, 0.9, 0, 'confirmed', 'not run'), got: null, difference: null },
  { ...published(64, 0, 0.88, 'confirmed', 'no published value'), expected: null, difference: null },
];

function published(
  timeSteps: number,
  expected: number,
  got: number,
  confidence: 'confirmed' | 'recalled',
  outcome: CellVerdict['outcome'],
): CellVerdict {
  return {
    dataset: 'cifar-10',
    network: 'vgg-16',
    method: 'opi',
    timeSteps,
    expected: { accuracy: expected, ann: 0.95, confidence, source: 'An invented table', note: null },
    got: {
      accuracy: got,
      ann: 0.92,
      images: 1000,
      seeds: 1,
      interval: { low: got - 0.03, high: got + 0.03 },
    },
    difference: got - expected,
    outcome,
  };
}

/** Results with all figures and tables there are: biases and published cells, a panel for each method, constants. */
export function everyFigure(): ExperimentResult[] {
  const { series, errors, experiment } = exampleResult().measurement;
  const [half] = series;
  const withIntervals = errors.map((error) => ({
    ...error,
    biasInterval: { low: error.measured.bias - 0.01, high: error.measured.bias + 0.02 },
  }));
  const family = ['opi', 'tcl', 'rmp', 'snnc-lp'].flatMap((method) =>
    series.map((one) => ({ ...one, method, id: `${method}-${one.id}`, label: `${method} (${one.label})` })),
  );
  const constants = [0, 0.25, 0.5, 0.75, 1].map((fraction) => ({
    ...half!,
    id: `constant-${fraction}`,
    label: `${fraction} θ`,
    initialPotential: { kind: 'fraction' as const, fraction },
  }));
  return [
    resultWith({ cells: CELLS, errors: withIntervals }),
    resultWith({ series: family, experiment: { ...experiment, title: 'A family' } }),
    resultWith({ series: constants, experiment: { ...experiment, title: 'Constants' } }),
  ];
}

/** A copy of plain JSON in which every string is replaced, except those that the schema fixes. */
export function withStrings<Value>(value: Value, replace: (text: string, path: string) => string): Value {
  const copy = (inner: unknown, path: string): unknown => {
    if (typeof inner === 'string') return FIXED.test(path) ? inner : replace(inner, path);
    if (Array.isArray(inner)) return inner.map((one, index) => copy(one, `${path}.${index}`));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, copy(one, `${path}.${key}`)]));
  };
  return copy(value, '') as Value;
}

const FIXED = /\.(?:format|kind|outcome|confidence)$/u;
