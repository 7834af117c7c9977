import { execFileSync } from 'node:child_process';
import { temporaryFolder } from '@opi-snn/test-utils';
import { onTestFinished } from 'vitest';

/**
 * A file system of its own in memory, unmounted when the test ends.
 *
 * @param options  of mount, such as `size=64k` or `ro`
 * @returns the folder, or why there is none: only root on Linux may mount
 */
export function smallDisk(options: string): { readonly folder: string } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: `needs Linux's tmpfs, this is ${process.platform}` };
  const folder = temporaryFolder('opi-disk-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    return { reason: `mounting a tmpfs is not allowed here: ${String(error).split('\n')[0] ?? ''}` };
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
  });
  return { folder };
}
