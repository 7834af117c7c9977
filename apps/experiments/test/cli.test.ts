import { describe, expect, test } from 'vitest';
import { opi } from './opi.js';

const COMMANDS = ['reproduce', 'train', 'convert', 'evaluate', 'import', 'data', 'report', 'doctor'];

describe('opi', () => {
  test('lists every command in its help', async () => {
    const { code, stdout } = await opi(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(command);
  });

  test.each(COMMANDS)('%s has a help of its own', async (command) => {
    const { code, stdout } = await opi([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Usage: opi ${command}`));
  });

  test('suggests the command that a mistyped one resembles', async () => {
    const { code, stderr } = await opi(['reprodcue']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'reprodcue'");
    expect(stderr).toContain('Did you mean reproduce?');
  });

  test('suggests the flag that a mistyped one resembles', async () => {
    const { code, stderr } = await opi(['reproduce', '--imags', '10']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --images?');
  });

  test('refuses a number of time-steps below 1, with the range', async () => {
    const { code, stderr } = await opi(['reproduce', '--time-steps', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain('Each must be a whole number from 1 to 4096');
    expect(stderr).toContain('got "0"');
  });

  test.each([
    ['--images', '-3', 'It must be a whole number of at least 1, got "-3".'],
    ['--threads', '1.5', 'It must be a whole number from 1 to 256, got "1.5".'],
    ['--seed', 'x', 'It must be a whole number of at least 0, got "x".'],
    ['--profile', 'fast', 'Allowed choices are quick, standard, full.'],
  ])('reproduce %s %s says what is allowed', async (flag, value, message) => {
    const { code, stderr } = await opi(['reproduce', flag, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('suggests the table that a mistyped one resembles', async () => {
    const { code, stderr } = await opi(['reproduce', 'cifar10-resnet2']);
    expect(code).toBe(2);
    expect(stderr).toContain('unknown table "cifar10-resnet2". Did you mean "cifar10-resnet20"?');
  });

  test('suggests the network that a mistyped one resembles', async () => {
    const { code, stderr } = await opi(['train', 'resnet-20', '--data-set', 'shapes-10', '--epochs', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "resnet20"?');
  });
});
