// @ts-check
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PINNED_WHEELS } from '../src/pinned-wheels.js';
import { fakeMachine, names } from './fake-machine.js';
import { makeWheel } from './make-wheel.js';

const [PINNED] = PINNED_WHEELS[/** @type {'x64' | 'arm64'} */ (process.arch)];

describe('setup:tensorflow with --from', () => {
  it('unpacks the libraries and the needed headers, builds, proves and links', async () => {
    const machine = fakeMachine();
    const before = machine.manifest();
    const { code, stdout } = await machine.setup(['--from', await makeWheel(machine.root), '--json']);
    expect(code).toBe(0);
    const state = JSON.parse(stdout);
    expect(state).toMatchObject({ ok: true, state: 'working', changed: true, tensorflow: '2.15.1' });
    expect(state.source).toContain('each member checked against its own RECORD');
    expect(readlinkSync(join(machine.target, 'deps'))).toBe(join(state.library, 'deps'));
    expect(names(join(machine.target, 'deps/lib'))).toEqual([
      'libtensorflow.so',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so',
      'libtensorflow_framework.so.2',
    ]);
    expect(names(join(machine.target, 'deps/include/tensorflow/c'))).toEqual(['c_api.h', 'tf_status.h']);
    expect(machine.manifest()).toEqual(before);
    expect(names(machine.cache)).toEqual(['entries']);
  });

  it('does nothing the second time, without compiler and pip', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    await machine.setup(['--from', wheel]);
    for (const args of [[], ['--from', wheel]]) {
      const { code, stdout } = await machine.setup(args, { PATH: '' });
      expect(code).toBe(0);
      expect(stdout).toContain('already works (TensorFlow 2.15.1)');
    }
    expect(machine.calls()).toEqual(['compile']);
  });

  it('links the cached library again after a fresh install, without compiler and pip', async () => {
    const machine = fakeMachine();
    await machine.setup(['--from', await makeWheel(machine.root)]);
    rmSync(join(machine.target, 'deps'));
    rmSync(join(machine.target, 'lib'));
    const { code, stderr } = await machine.setup([], { PATH: '' });
    expect(code).toBe(0);
    expect(stderr).toContain('using the library in the cache: tensorflow-cpu 2.15.1');
  });

  it('makes a damaged library of the cache anew', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    await machine.setup(['--from', wheel]);
    rmSync(join(machine.target, 'lib'));
    writeFileSync(join(machine.target, 'deps/lib/libtensorflow_cc.so.2'), 'cut');
    const { code } = await machine.setup(['--from', wheel]);
    expect(code).toBe(0);
    expect(machine.calls()).toEqual(['compile', 'compile']);
  });

  it('replaces a cached library that does not work any more', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    await machine.setup(['--from', wheel]);
    writeFileSync(join(machine.target, 'lib/napi-v8/tfjs_binding.node'), 'throw');
    const { code, stderr } = await machine.setup(['--skip-download'], { FAKE_WHEEL: wheel });
    expect(stderr).toContain('it does not work any more; making it anew');
    expect(code).toBe(0);
  });
});

describe('setup:tensorflow without --from', () => {
  it("takes the package's own download where it works, leaving the package's files alone", async () => {
    const machine = fakeMachine();
    const before = machine.manifest();
    const { code, stdout } = await machine.setup([], { FAKE_INSTALL: 'works' });
    expect(code).toBe(0);
    expect(stdout).toContain("source   the package's own download (tfjs-node 4.22.0)");
    expect(machine.manifest()).toEqual(before);
    expect(machine.calls()).toEqual([]);
  });

  it('takes the wheel from pip where the download is refused, and drops the wheel afterwards', async () => {
    const machine = fakeMachine();
    const { code, stderr } = await machine.setup([], { FAKE_WHEEL: await makeWheel(machine.root) });
    expect(stderr).toContain('it failed: Error: 403 Forbidden');
    expect(code).toBe(0);
    const [download] = machine.calls();
    expect(download).toContain(`--python-version 3.11 --implementation cp --platform ${PINNED?.platform}`);
    expect(download).toContain(`${PINNED?.project}==2.15.1`);
    expect(names(machine.cache)).toEqual(['entries']);
  });

  it('gives up the own download at its time limit', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    const { code, stderr } = await machine.setup(['--download-timeout', '0.5'], {
      FAKE_INSTALL: 'hangs',
      FAKE_WHEEL: wheel,
    });
    expect(stderr).toContain('it failed: no result within 0.5 s (--download-timeout)');
    expect(code).toBe(0);
  });

  it('tries the wheels of other Python versions where the index lacks one', async () => {
    const machine = fakeMachine();
    const { code, stderr } = await machine.setup(['--skip-download'], {
      FAKE_PIP_WORDS: 'No matching distribution',
    });
    expect(code).toBe(1);
    expect(machine.calls().map((call) => /--python-version (\S+)/.exec(call)?.[1])).toEqual([
      '3.11',
      '3.10',
      '3.9',
    ]);
    expect(stderr).toContain(`pip could not download ${PINNED?.project}:\nNo matching distribution`);
    expect(stderr).toContain(`--from ${PINNED?.file}`);
  });

  it('does not use a damaged wheel of an earlier run', async () => {
    const machine = fakeMachine();
    const wheel = await makeWheel(machine.root);
    mkdirSync(join(machine.cache, 'wheels'), { recursive: true });
    writeFileSync(join(machine.cache, 'wheels', PINNED?.file ?? ''), 'half');
    const { code } = await machine.setup(['--skip-download'], { FAKE_WHEEL: wheel });
    expect(code).toBe(0);
    expect(machine.calls()).toHaveLength(2);
  });
});

describe('setup:tensorflow --remove', () => {
  it('restores the package folder and deletes the library', async () => {
    const machine = fakeMachine();
    const before = names(machine.target);
    await machine.setup(['--from', await makeWheel(machine.root)]);
    const { code, stderr } = await machine.setup(['--remove']);
    expect(code).toBe(0);
    expect(stderr).toContain(`removed\n  ${join(machine.target, 'deps')}`);
    expect(names(machine.target)).toEqual(before);
    expect(names(join(machine.cache, 'entries'))).toEqual([]);
    expect((await machine.setup(['--remove'])).stderr).toContain('nothing was installed');
  });

  it('keeps a library that another checkout uses, until that one is removed or deleted', async () => {
    const [first, second] = [fakeMachine(), fakeMachine()];
    const shared = ['--cache', first.cache];
    await first.setup(['--from', await makeWheel(first.root)]);
    await second.setup(shared);
    const removed = JSON.parse((await first.setup(['--remove', '--json'])).stdout);
    expect(removed).toMatchObject({ ok: true, usedBy: [second.target] });
    expect(removed.removed).toEqual(['deps', 'lib'].map((place) => join(first.target, place)));
    expect((await second.setup([...shared, '--status'])).code).toBe(0);

    await first.setup();
    const { stderr } = await second.setup([...shared, '--remove']);
    expect(stderr).toContain(`which is used by\n  ${first.target}`);
    await second.setup(shared);
    rmSync(join(second.target, 'deps'));
    rmSync(join(second.target, 'lib'));
    await first.setup(['--remove']);
    expect(names(join(first.cache, 'entries'))).toEqual([]);
  });

  it('counts a checkout that was linked before users were noted, once it runs the command again', async () => {
    const [first, second] = [fakeMachine(), fakeMachine()];
    const shared = ['--cache', first.cache];
    await first.setup(['--from', await makeWheel(first.root)]);
    await second.setup(shared);
    const [entry = ''] = names(join(first.cache, 'entries'));
    rmSync(join(first.cache, 'entries', entry, 'users'), { recursive: true });
    await second.setup(shared);
    expect(JSON.parse((await first.setup(['--remove', '--json'])).stdout).usedBy).toEqual([second.target]);
  });

  it('leaves an installation that it did not make', async () => {
    const machine = fakeMachine();
    mkdirSync(join(machine.target, 'lib/napi-v8'), { recursive: true });
    writeFileSync(join(machine.target, 'lib/napi-v8/tfjs_binding.node'), 'addon');
    const { stdout } = await machine.setup();
    expect(stdout).toContain('already works');
    expect(stdout).toContain('installed by other means; left as it is');
    const { code, stderr } = await machine.setup(['--remove']);
    expect(code).toBe(1);
    expect(stderr).toContain('was not made by this command and is left alone');
    expect(existsSync(join(machine.target, 'lib/napi-v8/tfjs_binding.node'))).toBe(true);
  });
});

describe('setup:tensorflow --status', () => {
  it('says absent, broken or working and changes nothing', async () => {
    const machine = fakeMachine();
    const absent = await machine.setup(['--status']);
    expect(absent.code).toBe(1);
    expect(absent.stdout).toContain('installed without its native library\nRun pnpm setup:tensorflow');
    expect(names(machine.cache)).toEqual([]);
    await machine.setup(['--from', await makeWheel(machine.root)]);
    expect(JSON.parse((await machine.setup(['--status', '--json'])).stdout)).toMatchObject({
      ok: true,
      changed: false,
    });
    writeFileSync(join(machine.target, 'lib/napi-v8/tfjs_binding.node'), 'throw');
    const broken = await machine.setup(['--status']);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('cannot open shared object file');
  });
});

describe('setup:tensorflow after a run was stopped', () => {
  it('ends at once on Ctrl-C, leaves nothing half-made and succeeds the next time', async () => {
    const machine = fakeMachine();
    const { child, outcome } = machine.start(['--skip-download'], { FAKE_PIP_HANGS: '1' });
    while (machine.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted; nothing half-made was left.\n→ Run again to continue');
    expect(names(join(machine.cache, 'wheels'))).toEqual([]);
    const again = await machine.setup(['--skip-download'], { FAKE_WHEEL: await makeWheel(machine.root) });
    expect(again.code).toBe(0);
  });

  it('takes over from a killed run: its lock, its half-made folders, what it had set aside', async () => {
    const machine = fakeMachine();
    for (const folder of ['work-999999', 'wheels/part-999999'])
      mkdirSync(join(machine.cache, folder), { recursive: true });
    writeFileSync(join(machine.cache, 'lock'), '999999999');
    mkdirSync(join(machine.target, 'deps.before-setup'));
    writeFileSync(join(machine.target, 'deps.before-setup/mine'), 'kept until it works');
    const failed = await machine.setup(['--from', await makeWheel(machine.root)], { FAKE_ADDON: 'wrong' });
    expect(failed.code).toBe(1);
    expect(readFileSync(join(machine.target, 'deps/mine'), 'utf8')).toBe('kept until it works');
    const { code } = await machine.setup(['--from', await makeWheel(machine.root)]);
    expect(code).toBe(0);
    expect(names(machine.cache).filter((name) => name !== 'entries' && name !== 'wheels')).toEqual([]);
    expect(lstatSync(join(machine.target, 'deps')).isSymbolicLink()).toBe(true);
    expect(names(machine.target).filter((name) => name.includes('before'))).toEqual([]);
  });
});
