import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { opi } from './opi.js';

const RESULT = fileURLToPath(import.meta.resolve('@opi-snn/report/examples/embedded-vgg.json'));

describe('opi report', () => {
  test('shows a result as text without colour when it is piped, no line wider than 100 columns', async () => {
    const { code, stdout } = await opi(['report', RESULT], { environment: { NO_COLOR: '' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Initial potentials, small VGG on the embedded images\n\nStarted at θ\/2/u);
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('makes Markdown for a pull request', async () => {
    const { code, stdout } = await opi(['report', RESULT, '--format', 'markdown']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^## Initial potentials, small VGG on the embedded images\n/u);
    expect(stdout).toContain('| T | θ/2 |');
  });

  test('gives the result for machines', async () => {
    const { code, stdout } = await opi(['report', RESULT, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([JSON.parse(await readFile(RESULT, 'utf8'))]);
  });

  test('writes one page to a file and says where', async () => {
    const file = join(temporaryFolder(), 'page.html');
    const { code, stdout, stderr } = await opi(['report', RESULT, '--format', 'html', '--out', file]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `Report: ${file}\n` });
    expect(await readFile(file, 'utf8')).toMatch(/^<!DOCTYPE html>.*<\/html>\n$/su);
  });

  test('refuses two formats at once', async () => {
    const { code, stderr } = await opi(['report', RESULT, '--json', '--format', 'html']);
    expect(code).toBe(2);
    expect(stderr).toContain("option '--json' cannot be used with option '--format <name>'");
  });

  test('says what it cannot write', async () => {
    const taken = temporaryFolder();
    const { code, stderr } = await opi(['report', RESULT, '--format', 'markdown', '--out', taken]);
    expect(code).toBe(1);
    expect(stderr).toContain(taken);
  });
});
