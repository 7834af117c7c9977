/** Writes one line of a result to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a result as indented JSON to standard output. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Whether standard output wants colour: a terminal, and NO_COLOR is not set (https://no-color.org). */
export function wantsColor(): boolean {
  return process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
}

/** Width of the terminal in columns; 100 where there is none. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : 100;
}
