import { spawn, spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { opi, OPI } from './opi.js';

/** Runs `opi` on a terminal of its own with so many columns; undefined where there is no `script` of util-linux. */
function onTerminal(columns: number, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const command = `stty cols ${columns}; ${[process.execPath, OPI, ...args].join(' ')}`;
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('close', (code) => {
      resolve(code === 0 ? stripVTControlCharacters(text) : undefined);
    });
  });
}

describe('standard output', () => {
  test('may be closed by its reader', async () => {
    const { code, signal, stderr } = await opi(['data', 'list'], { closed: ['stdout'] });
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('on a full disk is an error without a stack trace', async (context) => {
    const full = await open('/dev/full', 'w').catch(() => undefined);
    if (full === undefined) {
      context.skip('there is no /dev/full here');
      return;
    }
    const { stderr, status } = spawnSync(process.execPath, [OPI, 'data', 'list'], {
      stdio: ['ignore', full.fd, 'pipe'],
      encoding: 'utf8',
    });
    await full.close();
    expect(status, stderr).toBe(1);
    expect(stderr).toMatch(/^opi: standard output: .*the disk is full; .*\(ENOSPC\)\.\n$/u);
  });
});

describe('a terminal', () => {
  test('of 48 columns gets a help that fits', async (context) => {
    const text = await onTerminal(48, ['reproduce', '--help']);
    if (text === undefined) {
      context.skip('needs `script` of util-linux');
      return;
    }
    expect(text).toContain('Usage: opi reproduce');
    const lines = text.split(/\r?\n/u);
    expect(lines.filter((line) => line.length > 48)).toEqual([]);
  });
});
