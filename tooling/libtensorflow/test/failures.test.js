// @ts-check
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireSpace } from '../src/disk-space.js';
import { PINNED_WHEELS } from '../src/pinned-wheels.js';
import { requirePlatform } from '../src/platform.js';
import { explainSystemError } from '../src/setup-error.js';
import { fakeMachine, names, startProgram } from './fake-machine.js';
import {
  fakeLibrary,
  libraryMembers,
  MACHINES,
  makeNonsense,
  makeWheel,
  THIS_MACHINE,
} from './make-wheel.js';

const OTHER = process.arch === 'x64' ? 'arm64' : 'x64';

/**
 * Run on a fresh machine and require a failure in words, the package folder and the cache as before.
 *
 * @param {import('./fake-machine.js').FakeMachine} machine
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function failure(machine, args, env) {
  const before = names(machine.target);
  const { code, stdout, stderr } = await machine.setup([...args, '--json'], env);
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(1);
  expect(names(machine.target)).toEqual(before);
  expect(names(machine.cache).filter((name) => /^work|^lock/.test(name))).toEqual([]);
  return /** @type {{ ok: false, code: string, message: string, remedy: string }} */ (JSON.parse(stdout));
}

describe('setup:tensorflow, when a program is missing,', () => {
  it('asks for a C++ compiler before anything large is downloaded', async () => {
    const machine = fakeMachine();
    rmSync(join(machine.bin, 'g++'));
    expect(await failure(machine, ['--skip-download'])).toMatchObject({
      code: 'no-compiler',
      message: 'No C++ compiler was found (tried g++, c++, clang++).',
      remedy: expect.stringContaining('apt-get install g++'),
    });
    expect(machine.calls()).toEqual([]);
    const { message } = await failure(machine, ['--skip-download'], { CXX: 'icpx' });
    expect(message).toBe('No C++ compiler was found (tried icpx, from CXX).');
  });

  it('asks for Python or its pip, or for the wheel brought by hand', async () => {
    const machine = fakeMachine();
    expect(await failure(machine, ['--skip-download'], { FAKE_NO_PIP: '1' })).toMatchObject({
      code: 'no-pip',
      message: 'Python is here, but without pip.',
    });
    rmSync(join(machine.bin, 'python3'));
    const { message, remedy } = await failure(machine, ['--skip-download']);
    expect(message).toBe('Python was not found (tried python3, python).');
    expect(remedy).toMatch(/apt-get install python3-pip.*tensorflow_cpu.*\.whl.*--from FILE/);
  });

  it('asks for the package itself', async () => {
    const machine = fakeMachine();
    for (const [target, words] of [
      [join(machine.root, 'absent'), 'does not hold @tensorflow/tfjs-node'],
      [join(machine.root, 'node_modules/helper'), 'is helper, not @tensorflow/tfjs-node'],
    ]) {
      const { message, code } = await failure(machine, ['--target', target ?? '']);
      expect(code).toBe('not-installed');
      expect(message).toContain(words);
    }
  });
});

describe('setup:tensorflow, when the library is not right,', () => {
  it('refuses a wheel whose SHA-256 is not the published one, with both sums', async () => {
    const machine = fakeMachine();
    const pinned = PINNED_WHEELS.x64[0];
    const wheel = await makeWheel(machine.root, { file: pinned?.file });
    const { code, message } = await failure(machine, ['--from', wheel]);
    expect(code).toBe('checksum');
    expect(message).toMatch(new RegExp(`has SHA-256 [0-9a-f]{64}\\nexpected    ${pinned?.sha256}`));
  });

  it('refuses a file that is no zip, is cut off, or does not exist', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    writeFileSync(join(machine.root, 'cut.whl'), readFileSync(wheel).subarray(0, 700));
    for (const path of [
      makeNonsense(machine.root),
      join(machine.root, 'cut.whl'),
      join(machine.root, 'absent.whl'),
    ]) {
      const { code, message, remedy } = await failure(machine, ['--from', path]);
      expect(code).toBe('broken-wheel');
      expect(message).toContain(path);
      // The file is the user's; and one sentence ends with one full stop.
      expect(message).not.toContain('..');
      expect(remedy).not.toMatch(/delete/i);
    }
  });

  it('refuses a wheel with a member that is not what its RECORD says, and leaves nothing of it', async () => {
    const machine = fakeMachine();
    const alterRecord = (/** @type {string} */ record) =>
      record.replace(/(cc\.so\.2,sha256=).{5}/, '$1AAAAA');
    const { code, message } = await failure(machine, [
      '--from',
      await makeWheel(machine.root, { alterRecord }),
    ]);
    expect(code).toBe('broken-wheel');
    expect(message).toMatch(/libtensorflow_cc\.so\.2 has SHA-256 \S{43}, RECORD states AAAAA/);
    const without = (/** @type {string} */ record) => record.replace(/.*framework.*\n/, '');
    const second = await failure(machine, [
      '--from',
      await makeWheel(machine.root, { alterRecord: without }),
    ]);
    expect(second.message).toContain('RECORD has no sum for tensorflow/libtensorflow_framework.so.2');
  });

  it('refuses damaged compressed bytes', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    const bytes = readFileSync(wheel);
    bytes.fill(0xff, 100, 130);
    writeFileSync(wheel, bytes);
    expect((await failure(machine, ['--from', wheel])).code).toMatch(/^broken-/);
  });

  it('refuses a wheel without dist-info or without the libraries', async () => {
    const machine = fakeMachine();
    const { message } = await failure(machine, ['--from', await makeWheel(machine.root, { info: false })]);
    expect(message).toContain('it has no RECORD');
    const members = { 'tensorflow/__init__.py': Buffer.from('') };
    const empty = await failure(machine, ['--from', await makeWheel(machine.root, { members })]);
    expect(empty.message).toContain(
      'it has no tensorflow/libtensorflow_cc.so.2 with tensorflow/libtensorflow_framework.so.2',
    );
  });

  it('refuses libraries for another processor or of another kind', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root, { members: libraryMembers(MACHINES[OTHER]) });
    expect(await failure(machine, ['--from', wheel])).toMatchObject({
      code: 'wrong-platform',
      message: `tensorflow/libtensorflow_cc.so.2 is for ${OTHER}, this machine is ${process.arch}.`,
    });
    const members = { ...libraryMembers(), 'tensorflow/libtensorflow_cc.so.2': Buffer.from('MZ windows') };
    const windows = await failure(machine, ['--from', await makeWheel(machine.root, { members })]);
    expect(windows.message).toBe('tensorflow/libtensorflow_cc.so.2 is not a shared library (no ELF header).');
  });
});

describe('setup:tensorflow --from a folder', () => {
  it('accepts an unpacked wheel, the tensorflow folder in it, a libtensorflow archive, and a folder with one wheel', async () => {
    const layouts = { tensorflow: '.', '.': '.', lib: 'include' };
    for (const [libraries] of Object.entries(layouts)) {
      const machine = fakeMachine();
      const folder = join(machine.root, 'unpacked');
      mkdirSync(join(folder, libraries), { recursive: true });
      const core = libraries === 'lib' ? 'libtensorflow.so.2' : 'libtensorflow_cc.so.2';
      for (const name of [core, 'libtensorflow_framework.so.2']) {
        writeFileSync(join(folder, libraries, name), fakeLibrary(THIS_MACHINE));
      }
      const include = join(folder, libraries === 'lib' ? '.' : libraries, 'include/tensorflow/c');
      mkdirSync(include, { recursive: true });
      writeFileSync(join(include, 'c_api.h'), '');
      const { code, stdout } = await machine.setup(['--from', folder]);
      expect(code).toBe(0);
      expect(stdout).toContain('(not checked against a sum)');
      expect(names(join(machine.target, 'deps/lib'))).toContain(core);
      expect(names(join(machine.target, 'deps/include/tensorflow/c'))).toEqual(['c_api.h']);
    }
    const machine = fakeMachine();
    mkdirSync(join(machine.root, 'wheel'));
    await makeWheel(join(machine.root, 'wheel'));
    expect((await machine.setup(['--from', join(machine.root, 'wheel')])).code).toBe(0);
  });

  it('refuses a folder with several wheels or with nothing', async () => {
    const machine = fakeMachine();
    const folder = join(machine.root, 'wheels');
    mkdirSync(folder);
    expect((await failure(machine, ['--from', folder])).message).toContain(
      'it holds neither a wheel nor libtensorflow',
    );
    const wheel = await makeWheel(folder, { file: 'a.whl' });
    copyFileSync(wheel, join(folder, 'b.whl'));
    expect((await failure(machine, ['--from', folder])).message).toContain(
      'several wheels (a.whl, b.whl); name one',
    );
  });
});

describe('setup:tensorflow, when building or proving fails,', () => {
  it("shows the compiler's last words", async () => {
    const machine = fakeMachine();
    const env = { FAKE_COMPILER_WORDS: 'fatal error: algorithm: No such file' };
    const { code, message } = await failure(machine, ['--from', await makeWheel(machine.root)], env);
    expect(code).toBe('build-failed');
    expect(message).toContain('g++ could not build the addon (exit code 1):\nfatal error: algorithm');
  });

  it('puts the package folder back and says what was wrong', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    for (const [addon, words] of [
      ['wrong', 'convolution: expected 37,47,67,77, got 36,47,67,77\ngradient of the filter: expected 37'],
      ['cpu', 'the backend is cpu'],
      ['throw', 'cannot open shared object file'],
      ['crash', 'the process ended without a word'],
    ]) {
      const { code, message } = await failure(machine, ['--from', wheel], { FAKE_ADDON: addon });
      expect(code).toBe('proof-failed');
      expect(message).toContain(words);
      // What failed its proof is not found again by the next run.
      expect(names(join(machine.cache, 'entries'))).toEqual([]);
    }
  });
});

describe('setup:tensorflow, when tfjs-node itself is not whole,', () => {
  it('names the module that is missing instead of blaming the library', async () => {
    const machine = fakeMachine();
    const main = join(machine.target, 'index.js');
    writeFileSync(main, `require('@tensorflow/tfjs-core');\n${readFileSync(main, 'utf8')}`);
    expect(await failure(machine, ['--from', await makeWheel(machine.root)])).toMatchObject({
      code: 'not-installed',
      message: `${machine.target} lacks what it depends on: Cannot find module '@tensorflow/tfjs-core'.`,
      remedy: expect.stringContaining('pnpm install'),
    });
  });
});

describe('setup:tensorflow, when the surroundings do not allow it,', () => {
  it('names the platforms that TensorFlow publishes libraries for', () => {
    const linux = { platform: 'linux', arch: 'x64', glibc: '2.36' };
    expect(requirePlatform(linux)).toBe('x64');
    for (const [machine, words] of /** @type {const} */ ([
      [{ ...linux, platform: 'darwin' }, 'this is darwin x64.'],
      [{ ...linux, arch: 'riscv64' }, 'this is linux riscv64.'],
      [{ ...linux, glibc: undefined }, 'this is linux x64 without glibc (musl, Alpine).'],
    ])) {
      expect(() => requirePlatform(machine)).toThrow(words);
    }
  });

  it('tells how much room is missing before writing, and that the disk is full while writing', async () => {
    const machine = fakeMachine();
    await expect(requireSpace(machine.root, 1e18, 'The unpacked library')).rejects.toThrow(
      /^The unpacked library needs 1000000000000 MB, the disk of .* has \d+ MB left\.$/,
    );
    const env = { FAKE_PIP_WORDS: 'ERROR: [Errno 28] No space left on device' };
    const { code, remedy } = await failure(machine, ['--skip-download'], env);
    expect(code).toBe('disk-full');
    expect(remedy).toContain('--cache FOLDER');
    const system = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path: '/a/file' });
    expect(explainSystemError(system)).toMatchObject({
      code: 'disk-full',
      message: 'The disk is full (while writing /a/file).',
    });
  });

  it('names the folder that it may not write to', () => {
    const system = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/a/file' });
    expect(explainSystemError(system)).toMatchObject({
      code: 'not-writable',
      message: 'Cannot write /a/file (EACCES).',
    });
    const unknown = new TypeError('a fault of the program');
    expect(explainSystemError(unknown)).toBe(unknown);
  });

  it('refuses to run beside another setup', async () => {
    const machine = fakeMachine();
    mkdirSync(machine.cache);
    writeFileSync(join(machine.cache, 'lock'), String(process.pid));
    const { code, stderr } = await machine.setup();
    expect(code).toBe(1);
    expect(stderr).toContain(`Another setup is at work (process ${process.pid}).`);
    expect(readFileSync(join(machine.cache, 'lock'), 'utf8')).toBe(String(process.pid));
  });
});

describe('setup:tensorflow, wrongly called,', () => {
  it('shows the usage', async () => {
    const env = { PATH: '' };
    const unknown = await startProgram(['--form', 'x'], env).outcome;
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/Unknown option '--form'[^]*Usage: pnpm setup:tensorflow/);
    const timeout = await startProgram(['--download-timeout', 'long'], env).outcome;
    expect(timeout.code).toBe(2);
    expect(timeout.stderr).toContain('--download-timeout must be a number of seconds > 0, got long');
    const help = await startProgram(['--help'], env).outcome;
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--remove');
  });
});
