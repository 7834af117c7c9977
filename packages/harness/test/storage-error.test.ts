import { describe, expect, test } from 'vitest';
import { StorageError } from '../src/index.js';

const system = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'open' });

describe('StorageError.from', () => {
  test.each([
    ['ENOSPC', 'The disk is full: free some space or choose another folder, then run the same command again'],
    ['EDQUOT', 'The disk quota is used up'],
    ['EACCES', 'Make the folder writable or choose another one.'],
    ['EROFS', 'The file system is read-only: choose another folder.'],
    ['ENOTDIR', 'A file stands where a folder is needed: choose another folder.'],
    ['EIO', 'The disk reports an input/output error'],
    ['EBUSY', 'Choose another folder.'],
  ])('tells a person what %s means and what to do', (code, remedy) => {
    const error = StorageError.from(system(code), '/out/file');
    expect(error).toMatchObject({ name: 'StorageError', code, path: '/out/file' });
    expect(error.message).toContain(`writing: /out/file must be writable, got ${code}. ${remedy}`);
    expect((error.cause as Error).message).toBe(code);
  });

  test('leaves other errors as they are', () => {
    const bug = new TypeError('x is undefined');
    expect(StorageError.from(bug, '/out')).toBe(bug);
    const known = StorageError.from(system('EIO'), '/a');
    expect(StorageError.from(known, '/b')).toBe(known);
    expect(StorageError.from('text', '/out').message).toBe('text');
  });
});
