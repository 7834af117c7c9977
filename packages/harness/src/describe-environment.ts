import { execFile } from 'node:child_process';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { promisify } from 'node:util';
import type { RunEnvironment } from './environment.js';

/** What only the program knows. */
export type EnvironmentInput = Pick<
  RunEnvironment,
  'backend' | 'threads' | 'memoryBytes' | 'versions' | 'startedAt' | 'seconds' | 'command' | 'jobs'
>;

/** What a machine and a checkout are, whatever is run there. */
export type MachineDescription = Pick<RunEnvironment, 'node' | 'v8' | 'platform' | 'cpu' | 'cores' | 'git'>;

/**
 * The machine and the program, for the report.
 *
 * @param input  backend, threads, versions, times, command
 * @param folder  where to look for a git checkout; default the current folder
 * @returns the environment
 */
export async function describeEnvironment(
  input: EnvironmentInput,
  folder: string = process.cwd(),
): Promise<RunEnvironment> {
  return { ...input, ...(await describeMachine(folder)) };
}

/**
 * The machine and the state of the checkout; no name of machine, user or folder.
 *
 * @param folder  where to look for a git checkout; default the current folder
 * @returns Node, processor, cores, commit
 */
export async function describeMachine(folder: string = process.cwd()): Promise<MachineDescription> {
  return {
    node: process.version,
    v8: process.versions.v8,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    git: await readGit(folder),
  };
}

async function readGit(folder: string): Promise<RunEnvironment['git']> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    return { commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' };
  } catch {
    // No git, or no checkout: the report says so.
    return null;
  }
}
