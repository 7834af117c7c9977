import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Confidence } from './cell-verdict.js';
import type { Finding } from './finding-verdict.js';

/** One row of a published table. Accuracies are in percent, as printed. */
export interface PublishedRow {
  readonly dataset: string;
  readonly network: string;
  readonly method: string;
  /** Accuracy of the ANN behind the row, in percent; null where the source does not say. */
  readonly ann: number | null;
  /** Percent by number of time-steps; 512 stands for "512 or more". */
  readonly accuracy: Readonly<Record<string, number>>;
  readonly confidence: Confidence;
  readonly source: string;
  /** Single cells of a recalled row that are confirmed. */
  readonly confirmed?: Readonly<Record<string, number>>;
  readonly note?: string;
}

/** A qualitative claim of a publication. */
export interface PublishedFinding extends Finding {
  readonly confidence: Confidence;
}

/** Published numbers and claims, with where they come from and how sure we are. */
export interface PublishedValues {
  readonly unit: string;
  readonly confidence: Readonly<Partial<Record<Confidence, string>>>;
  readonly findings: readonly PublishedFinding[];
  readonly rows: readonly PublishedRow[];
}

/** Which published numbers are wanted. */
export interface PublishedQuery {
  readonly dataset: string;
  readonly network: string;
  readonly method: string;
}

/** One published number. */
export interface PublishedCell extends PublishedQuery {
  readonly timeSteps: number;
  /** Percent, as printed. */
  readonly accuracy: number;
  /** The ANN behind it, in percent; null where the source does not say. */
  readonly ann: number | null;
  readonly confidence: Confidence;
  readonly source: string;
  readonly note: string | null;
}

const confidence = z.enum(['confirmed', 'derived', 'recalled']);
const percent = z.number().min(0).max(100);
const byTimeSteps = z
  .record(z.string(), percent)
  .refine((accuracies) => Object.keys(accuracies).every((key) => /^[1-9]\d*$/u.test(key)), {
    message: 'every key must be a number of time-steps, such as "16"',
  });
const name = z.string().min(1);
const rowSchema = z
  .strictObject({
    dataset: name,
    network: name,
    method: name,
    ann: percent.nullable(),
    accuracy: byTimeSteps,
    confidence,
    source: name,
    confirmed: z.exactOptional(byTimeSteps),
    note: z.exactOptional(z.string()),
  })
  .refine((row) => Object.entries(row.confirmed ?? {}).every(([t, value]) => row.accuracy[t] === value), {
    message: 'confirmed cells must repeat their accuracy',
  });
const valuesSchema: z.ZodType<PublishedValues> = z.strictObject({
  unit: z.string(),
  confidence: z.partialRecord(confidence, z.string()),
  findings: z.array(z.strictObject({ id: name, claim: name, confidence, source: name })),
  rows: z.array(rowSchema),
});

let cached: PublishedValues | undefined;

/**
 * The tables of the paper and of the methods it compares with, from `data/published-values.json` of this package.
 *
 * @returns all rows and findings, checked
 * @throws TypeError listing everything that is wrong with the file
 */
export function publishedValues(): PublishedValues {
  cached ??= parsePublishedValues(
    JSON.parse(readFileSync(new URL('../data/published-values.json', import.meta.url), 'utf8')),
  );
  return cached;
}

/**
 * Checks data in the form of `published-values.json`, such as a table of one's own.
 *
 * @param value  parsed JSON
 * @returns the same, typed
 * @throws TypeError listing everything that is wrong
 */
export function parsePublishedValues(value: unknown): PublishedValues {
  const parsed = valuesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `parsePublishedValues: value must be published values, got ${z.prettifyError(parsed.error)}`,
  );
}

/**
 * What was published for a data set, network and method: one cell per T, ascending. Where a confirmed and a recalled
 * row both have a T, the confirmed one counts.
 *
 * @param query  names as in the data, such as `{ dataset: 'cifar-10', network: 'resnet20', method: 'opi' }`
 * @param values  default {@link publishedValues}
 * @returns the cells; empty when nothing was published
 */
export function findPublished(
  query: PublishedQuery,
  values: PublishedValues = publishedValues(),
): PublishedCell[] {
  const cells = new Map<number, PublishedCell>();
  for (const row of values.rows) {
    if (row.dataset !== query.dataset || row.network !== query.network || row.method !== query.method)
      continue;
    for (const cell of cellsOf(row)) {
      const present = cells.get(cell.timeSteps);
      if (present === undefined || present.confidence === 'recalled') cells.set(cell.timeSteps, cell);
    }
  }
  return [...cells.values()].sort((a, b) => a.timeSteps - b.timeSteps);
}

/**
 * The methods that anything was published of, for a data set and network.
 *
 * @param query  names as in the data
 * @param values  default {@link publishedValues}
 * @returns names, each once, in the order of the data
 */
export function publishedMethods(
  { dataset, network }: Omit<PublishedQuery, 'method'>,
  values: PublishedValues = publishedValues(),
): string[] {
  const rows = values.rows.filter((row) => row.dataset === dataset && row.network === network);
  return [...new Set(rows.map(({ method }) => method))];
}

/**
 * A published claim by its id.
 *
 * @param id  such as `initial-potential-ranking`
 * @param values  default {@link publishedValues}
 * @returns the claim with its source
 * @throws RangeError listing the known ids
 */
export function findPublishedFinding(
  id: string,
  values: PublishedValues = publishedValues(),
): PublishedFinding {
  const finding = values.findings.find((candidate) => candidate.id === id);
  if (finding !== undefined) return finding;
  const known = values.findings.map((candidate) => candidate.id).join(', ');
  throw new RangeError(`findPublishedFinding: id must be one of ${known}, got ${id}.`);
}

function cellsOf(row: PublishedRow): PublishedCell[] {
  const { dataset, network, method, ann, source } = row;
  return Object.entries(row.accuracy).map(([t, accuracy]) => ({
    dataset,
    network,
    method,
    timeSteps: Number(t),
    accuracy,
    ann,
    confidence: row.confirmed?.[t] === undefined ? row.confidence : 'confirmed',
    source,
    note: row.note ?? null,
  }));
}
