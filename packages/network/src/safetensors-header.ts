import { z } from 'zod';
import { bytesPerValue, SAFETENSORS_DTYPES, type SafetensorsDtype } from './safetensors-dtypes.js';
import { SafetensorsError, type SafetensorsProblem } from './safetensors-error.js';
import { parseStrictJson } from './strict-json.js';

/** Longest header that is read [bytes]; the limit of the reference implementation. */
const MAXIMUM_HEADER_BYTES = 100_000_000;

/** Problems of one tensor's entry that a message lists. */
const LISTED_ISSUES = 4;

/** Where a tensor's values are, relative to the end of the header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A header that agrees with the bytes behind it. */
export interface Header {
  /** Index of the first byte behind the header. */
  readonly start: number;
  /** In the order of their values. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const extent = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(extent),
  data_offsets: z.tuple([extent, extent]),
});
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.record(z.string(), z.unknown());

/**
 * Reads and checks everything in front of the values.
 *
 * @throws SafetensorsError listing every problem
 * @internal
 */
export function readHeader(bytes: Uint8Array, accepted: readonly SafetensorsDtype[], source: string): Header {
  const refuse = (problems: readonly SafetensorsProblem[]): void => {
    if (problems.length > 0) throw new SafetensorsError('decodeSafetensors', source, problems);
  };
  const problems: SafetensorsProblem[] = [];
  const start = headerEnd(bytes, problems);
  refuse(problems);
  const header = parseHeader(bytes.subarray(8, start), problems);
  refuse(problems);

  const { __metadata__: given = {}, ...rest } = header;
  const metadata = metadataSchema.safeParse(given);
  if (!metadata.success) problems.push({ tensor: null, message: issuesText('__metadata__', metadata.error) });
  const entries = Object.entries(rest).flatMap(([name, value]) => readEntry(name, value, accepted, problems));
  refuse(problems);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  examineCoverage(entries, bytes.length - start, problems);
  refuse(problems);
  return { start, entries, metadata: metadata.data! };
}

function headerEnd(bytes: Uint8Array, problems: SafetensorsProblem[]): number {
  if (bytes.length < 10) {
    problems.push({ tensor: null, message: `must have at least 10 bytes, got ${bytes.length}` });
    return 0;
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  const most = Math.min(MAXIMUM_HEADER_BYTES, bytes.length - 8);
  if (claimed < 2n || claimed > BigInt(most)) {
    const what = `the header's length must be 2 to ${most} bytes in a file of ${bytes.length}`;
    problems.push({
      tensor: null,
      message: `${what}, got ${claimed}; the file is truncated or of another kind`,
    });
    return 0;
  }
  return 8 + Number(claimed);
}

function parseHeader(bytes: Uint8Array, problems: SafetensorsProblem[]): Readonly<Record<string, unknown>> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const parsed = headerSchema.safeParse(parseStrictJson(text));
    if (parsed.success) return parsed.data;
    problems.push({ tensor: null, message: issuesText('header', parsed.error) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({ tensor: null, message: `the header must be JSON in UTF-8 with unique keys: ${reason}` });
  }
  return {};
}

function readEntry(
  name: string,
  value: unknown,
  accepted: readonly SafetensorsDtype[],
  problems: SafetensorsProblem[],
): HeaderEntry[] {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    problems.push({ tensor: name, message: issuesText('', parsed.error) });
    return [];
  }
  const { shape, data_offsets: offsets } = parsed.data;
  const dtype = accepted.find((candidate) => candidate === parsed.data.dtype);
  if (dtype === undefined) {
    const known = accepted.length === SAFETENSORS_DTYPES.length ? 'a known dtype, one of ' : 'one of ';
    const message = `dtype must be ${known}${accepted.join(', ')}, got ${JSON.stringify(parsed.data.dtype)}`;
    problems.push({ tensor: name, message });
    return [];
  }
  const [begin, end] = offsets;
  const size = shape.includes(0)
    ? 0
    : shape.reduce((product, length) => product * length, bytesPerValue(dtype));
  if (end - begin !== size) {
    const what = `data_offsets must span ${size} bytes for ${dtype} [${shape.join(', ')}]`;
    problems.push({ tensor: name, message: `${what}, got ${begin} to ${end}` });
    return [];
  }
  return [{ name, dtype, shape, begin, end }];
}

/** Values follow each other without gap or overlap up to the last byte. */
function examineCoverage(
  entries: readonly HeaderEntry[],
  available: number,
  problems: SafetensorsProblem[],
): void {
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== expected) {
      const kind = begin < expected ? 'overlap the tensor before' : 'leave a gap';
      problems.push({
        tensor: name,
        message: `data_offsets must begin at ${expected}, got ${begin}; they ${kind}`,
      });
    }
    expected = Math.max(expected, end);
  }
  if (expected > available) {
    const message = `must have ${expected} bytes of values, got ${available}; the file is truncated`;
    problems.push({ tensor: null, message });
  } else if (expected < available) {
    const message = `must have ${expected} bytes of values, got ${available}; the rest belongs to no tensor`;
    problems.push({ tensor: null, message });
  }
}

/** A shape of a million words is one mistake: the first few tell it. */
function issuesText(prefix: string, { issues }: z.ZodError): string {
  const texts = issues.slice(0, LISTED_ISSUES).map(({ path, message }) => {
    const at = [prefix, ...path.map(String)].filter((part) => part !== '').join('.');
    return at === '' ? message : `${at}: ${message}`;
  });
  if (issues.length > texts.length) texts.push(`and ${issues.length - texts.length} more`);
  return texts.join('; ');
}
