import { describe, expect, test } from 'vitest';
import { buildProgram } from '../src/cli.js';
import { expectFailure, opi } from './opi.js';

const COMMANDS = [
  'reproduce',
  'train',
  'convert',
  'evaluate',
  'diagnose',
  'import',
  'data',
  'report',
  'doctor',
];

describe('opi', () => {
  test('lists every command in its help', async () => {
    const { code, stdout } = await opi(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(command);
  });

  test.each(COMMANDS)('%s has a help of its own, with an explanation for every option', async (name) => {
    const command = (await buildProgram(name)).commands.find((candidate) => candidate.name() === name)!;
    expect(command.helpInformation()).toContain(`Usage: opi ${name}`);
    for (const { description, flags } of command.options) expect(description, flags).not.toBe('');
  });

  test.each([
    [['reprodcue'], /unknown command 'reprodcue'\n\(Did you mean reproduce\?\)/u],
    [['reproduce', '--imags', '10'], /unknown option '--imags'\n\(Did you mean --images\?\)/u],
    [['reproduce', '--time-steps', '0'], /Each must be a whole number from 1 to 4096.*got "0"/u],
    [['reproduce', '--images', '-3'], /It must be a whole number of at least 1, got "-3"\./u],
    [['reproduce', '--threads', '1.5'], /It must be a whole number from 1 to 256, got "1.5"\./u],
    [['reproduce', '--seed', 'x'], /It must be a whole number of at least 0, got "x"\./u],
    [['reproduce', '--profile', 'fast'], /Allowed choices are quick, standard, full\./u],
    [['evaluate'], /missing required argument 'checkpoint'/u],
    [
      ['reproduce', '--images', 'x', '--imags', '10', '--profile=fast', '--dta', 'DIR'],
      /^error: 4 problems:\n {2}option '--images <n>' argument 'x' is invalid\. .*\n {2}option '--profile <name>' argument 'fast' is invalid\. .*\n {2}unknown option '--imags' \(did you mean "--images"\?\)\n {2}unknown option '--dta' \(did you mean "--data"\?\)\n/u,
    ],
    [
      ['run-job', '--of', '0'],
      /2 problems:\n {2}option '--of <n>' argument '0' is invalid\. .*\n {2}required option '--plan <file>' not specified/u,
    ],
    [
      ['evaluate', '--threads', '0'],
      /2 problems:\n {2}option '--threads <n>' argument '0' .*\n {2}missing required argument 'checkpoint'/u,
    ],
    [
      ['reproduce', '--seed', '1', '--seeds', '1,2', '--imags'],
      /2 problems:\n {2}option '--seeds <list>' cannot be used with option '--seed <n>'\n {2}unknown option '--imags'/u,
    ],
    [
      ['reproduce', '--images', 'x', '--threads'],
      /2 problems:\n {2}option '--images <n>' .*\n {2}option '--threads <n>' argument missing/u,
    ],
    [['store', 'list', '--jsn', '--stor', 'x'], /2 problems:\n {2}unknown option '--jsn' .*\n.*'--stor' /u],
    [
      ['reproduce', 'cifar10-resnet2'],
      /unknown table "cifar10-resnet2" \(did you mean "cifar10-resnet20"\?\)\. Known: .*embedded-vgg, cifar10-resnet20,/u,
    ],
    [['train', 'resnet-20', '--data-set', 'shapes-10', '--epochs', '1'], /\(did you mean "resnet20"\?\)/u],
  ])('refuses %j and says what is meant', async (args, message) => {
    expectFailure(await opi(args), 2, message);
  });
});
