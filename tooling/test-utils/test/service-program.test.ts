import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { serviceProgram, temporaryFolder } from '../src/index.js';

const WHERE = { variable: 'OPI_TEST_NOTHING', remedy: 'install it' };

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('serviceProgram', () => {
  test('finds a program at the path in the variable, else in PATH', () => {
    const folder = temporaryFolder();
    const program = join(folder, 'nothing-server');
    writeFileSync(program, '');
    chmodSync(program, 0o755);
    vi.stubEnv('PATH', `/nowhere:${folder}`);
    expect(serviceProgram('nothing-server', WHERE)).toEqual({ path: program, note: '' });
    vi.stubEnv('OPI_TEST_NOTHING', process.execPath);
    expect(serviceProgram('nothing-server', WHERE).path).toBe(process.execPath);
  });

  test('says why tests are skipped, and fails instead where services are required', () => {
    vi.stubEnv('OPI_TEST_SERVICES', '');
    expect(serviceProgram('nothing-server', WHERE)).toEqual({
      path: undefined,
      note: ' [skipped, no nothing-server here: install it]',
    });
    vi.stubEnv('OPI_TEST_SERVICES', 'required');
    expect(() => serviceProgram('nothing-server', WHERE)).toThrow(
      'serviceProgram: nothing-server must be installed where services are required, no nothing-server here: install it',
    );
  });
});
