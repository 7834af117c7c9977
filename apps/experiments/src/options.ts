import { InvalidArgumentError, Option } from 'commander';

/** A whole number of at least `minimum`, as a commander argument parser; the error names the bound and an example. */
export function wholeNumber(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= minimum && value <= maximum)
      return value;
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}, got "${text}".`);
  };
}

/** A finite number in [minimum, maximum], as a commander argument parser. */
export function realNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum}, got "${text}".`);
  };
}

/** Largest number of time-steps of a run; 65,535 fits the simulator's counters with room to spare. */
export const MAXIMUM_TIME_STEPS = 4096;

/** Time-steps such as `1,2,4,8`: whole numbers from 1 to {@link MAXIMUM_TIME_STEPS}, returned ascending without repetition. */
export function timeStepList(text: string): number[] {
  const parse = wholeNumber(1, MAXIMUM_TIME_STEPS);
  const values = text.split(',').map((part) => {
    try {
      return parse(part.trim());
    } catch {
      throw new InvalidArgumentError(
        `Each must be a whole number from 1 to ${MAXIMUM_TIME_STEPS}, separated by commas such as 1,2,4,8; got "${text}".`,
      );
    }
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Seeds such as `1,2,3`: whole numbers of at least 0, returned in the order given without repetition. */
export function seedList(text: string): number[] {
  return [...new Set(text.split(',').map((part) => wholeNumber(0)(part.trim())))];
}

/** Shares such as `0,0.5,1`: numbers from 0 to 1, returned in the order given without repetition. */
export function shareList(text: string): number[] {
  return [...new Set(text.split(',').map((part) => realNumber(0, 1)(part.trim())))];
}

/** `--data DIR`: the folder with the official data files. */
export const dataOption = (): Option =>
  new Option(
    '--data <dir>',
    'folder with the data sets in their official layout (default: $OPI_DATA_DIR, else the folder `opi data fetch` writes to)',
  );

/** `--json`: machine-readable results on standard output. */
export const jsonOption = (): Option => new Option('--json', 'print the result as JSON on standard output');

/** `--threads N` of the simulator. */
export const threadsOption = (): Option =>
  new Option('--threads <n>', 'threads of the simulator (default: one per core)').argParser(
    wholeNumber(1, 256),
  );

const UNITS = { MiB: 2 ** 20, GiB: 2 ** 30, MB: 1e6, GB: 1e9 } as const;

/** A size of memory such as `512MiB` or `1.5GiB`, in bytes, as a commander argument parser. */
export function memorySize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(MiB|GiB|MB|GB)$/u.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * UNITS[unit as keyof typeof UNITS]);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError(`It must be a size such as 512MiB or 2GiB, got "${text}".`);
}

/** `--memory SIZE` of the simulator. */
export const memoryOption = (): Option =>
  new Option(
    '--memory <size>',
    'memory for images, potentials and spikes, such as 512MiB; the weights come on top (default: 1GiB)',
  ).argParser(memorySize);

/** `--kernels NAME` of the simulator. */
export const kernelsOption = (): Option =>
  new Option(
    '--kernels <name>',
    'neuron kernels, where they can run the network; every choice gives the same bits',
  )
    .choices(['auto', 'native', 'wasm', 'reference'])
    .default('auto');

/** `--precision NAME` of the simulator. */
export const precisionOption = (): Option =>
  new Option(
    '--precision <name>',
    'arithmetic of the simulation: float32, or int16 (16-bit weights, exact integer sums, faster; predictions differ a little)',
  )
    .choices(['float32', 'int16'])
    .default('float32');

/** `--backend NAME` of TensorFlow.js, for training and ANN accuracy. */
export const backendOption = (): Option =>
  new Option('--backend <name>', 'TensorFlow.js backend for the ANN')
    .choices(['auto', 'tensorflow', 'wasm'])
    .default('auto');
