import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatasetDefinition } from './definition.js';

/** A folder of data sets, and why it was taken. */
export interface DataFolder {
  /** Absolute path; need not exist. */
  readonly path: string;
  readonly source: 'argument' | 'OPI_DATA_DIR' | 'default';
}

/**
 * The folder that holds the data sets: the argument, else the environment variable OPI_DATA_DIR, else
 * `$XDG_CACHE_HOME/opi-snn/data` (`~/.cache/opi-snn/data`). Nothing is created.
 *
 * @param folder      explicit folder (`--data`); an empty string counts as absent
 * @param environment where variables are read from; default `process.env`
 */
export function dataFolder(
  folder?: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): DataFolder {
  if (folder !== undefined && folder !== '') return { path: resolve(folder), source: 'argument' };
  const variable = environment['OPI_DATA_DIR'];
  if (variable !== undefined && variable !== '') return { path: resolve(variable), source: 'OPI_DATA_DIR' };
  const cache = environment['XDG_CACHE_HOME'];
  const root = cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache');
  return { path: resolve(root, 'opi-snn', 'data'), source: 'default' };
}

/**
 * The folder with a data set's files: the candidate that holds most of them, among the definition's
 * sub-folders of `folder` and `folder` itself; without any file, the first sub-folder.
 */
export function datasetFolder(definition: DatasetDefinition, folder: string): string {
  const candidates = [...definition.folders.map((name) => join(folder, name)), folder];
  const counts = candidates.map(
    (path) => definition.files.filter((file) => existsSync(join(path, file.name))).length,
  );
  const best = counts.indexOf(Math.max(...counts));
  return candidates[best]!;
}
