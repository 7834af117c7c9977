import { execFile } from 'node:child_process';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { promisify } from 'node:util';
import type { RunEnvironment } from './environment.js';

/** What a machine and a checkout are, whatever is run there. */
export type MachineDescription = Pick<RunEnvironment, 'node' | 'v8' | 'platform' | 'cpu' | 'cores' | 'git'>;

/**
 * The machine and the state of the checkout now; no name of machine, user or folder. To be asked when a run begins: by its end
 * the checkout may have moved on.
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
