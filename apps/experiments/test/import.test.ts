import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { opi } from './opi.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../packages/interop/test/fixtures/${name}`, import.meta.url));

describe('opi import', () => {
  test('verifies an ONNX network against sample outputs of its source', async () => {
    const out = join(temporaryFolder(), 'network.safetensors');
    const samples = fixture('resnet-qcfs.npz');
    const { code, stdout } = await opi([
      'import',
      fixture('resnet-qcfs.onnx'),
      '--verify',
      samples,
      '--out',
      out,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      network: out,
      operations: { conv2d: 13, qcfs: 11, add: 5, dense: 1 },
      verification: { samples: 3, sameArgMax: 3, tolerance: 1e-4 },
    });
  });

  test.each(['sequential-keras2.h5', 'functional-keras3.keras'])(
    'verifies the Keras model %s',
    async (name) => {
      const out = join(temporaryFolder(), 'network.safetensors');
      const samples = fixture(`keras/${name.replace(/\.\w+$/u, '.npz')}`);
      const { code, stdout } = await opi([
        'import',
        fixture(`keras/${name}`),
        '--verify',
        samples,
        '--out',
        out,
        '--json',
      ]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ network: out, verification: { samples: 3, sameArgMax: 3 } });
    },
  );

  test('writes nothing when the logits differ from those of the source', async () => {
    const out = join(temporaryFolder(), 'network.safetensors');
    const samples = fixture('resnet-padded.npz');
    const { code, stderr } = await opi(['import', fixture('resnet.onnx'), '--verify', samples, '--out', out]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /the logits differ from those in .*resnet-padded\.npz by up to [\d.]+ \(limit 0\.0001/,
    );
    expect((await opi(['evaluate', out])).code).toBe(1);
  });

  test('a state dict of PyTorch is imported, converted and simulated', async () => {
    const folder = temporaryFolder();
    const [ann, snn] = [join(folder, 'ann.safetensors'), join(folder, 'snn.safetensors')];
    const imported = await opi([
      'import', fixture('resnet20-qcfs.pth'), '--architecture', 'resnet20', '--activation', 'qcfs', '--levels', '4',
      '--data-set', 'shapes-10', '--verify', fixture('resnet20-qcfs.npz'), '--out', ann,
    ]); // prettier-ignore
    expect(imported.stderr).toBe('');
    expect(imported.stdout).toMatch(/conv2_x\.0\.act\.thresh +→ stage1\.block1\.activation2\/bound/);
    expect(imported.stdout).toMatch(
      /verified: logits of 2 samples differ by at most .*, 2 predictions agree/,
    );
    const converted = await opi(['convert', ann, '--out', snn]);
    expect(converted.stdout).toContain('19 spiking layers');
    const evaluated = await opi(['evaluate', snn, '--images', '4', '--time-steps', '1,2', '--json']);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ images: 4 });
  });

  test.each([
    [
      'a state dict without an architecture',
      ['resnet20.pth'],
      2,
      /name the architecture with --architecture \(small-vgg, /,
    ],
    ['an architecture for an ONNX file', ['vgg.onnx', '--architecture', 'vgg16'], 2, /are for state dicts/],
    ['an output of a state dict', ['resnet20.pth', '--output', 'y'], 2, /--output is for ONNX files/],
    [
      'a mean without deviations',
      ['vgg.onnx', '--mean', '0.5,0.5,0.5'],
      2,
      /--mean and --std belong together/,
    ],
    [
      'a size of two numbers',
      ['vgg.onnx', '--input-shape', '8,8'],
      2,
      /height,width,channels such as 32,32,3, got "8,8"/,
    ],
    ['a whole model', ['whole-model.pth', '--architecture', 'resnet20'], 1, /Save the state dict alone/],
  ])('refuses %s', async (_, [file, ...flags], expected, message) => {
    const { code, stderr } = await opi([
      'import',
      fixture(file!),
      ...flags,
      '--out',
      join(temporaryFolder(), 'x'),
    ]);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
  });

  test('reads a LayersModel of TensorFlow.js with the weights beside it', async () => {
    const out = join(temporaryFolder(), 'network.safetensors');
    const { code, stdout } = await opi(['import', fixture('tfjs/functional.json'), '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('note: The softmax at the end was left out');
  });

  test('reads what its first bytes do not tell as what its name says, and says what is wrong as such', async () => {
    const folder = temporaryFolder();
    const said = async (name: string, ...more: string[]): Promise<string> => {
      const file = join(folder, name);
      await writeFile(file, 'hello');
      return (await opi(['import', file, ...more])).stderr;
    };
    expect(await said('words.onnx')).toContain('no ONNX file; export it again');
    expect(await said('words.pth')).toContain('name the architecture with --architecture');
    expect(await said('words.pth', '--architecture', 'resnet20')).toMatch(
      /readStateDict: .*words\.pth has 1 obstacle/,
    );
    expect(await said('words.h5')).toContain('importKeras');
  });

  test('never overwrites its source', async () => {
    const file = fixture('vgg.onnx');
    const { code, stderr } = await opi(['import', file, '--out', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('the source is never overwritten');
  });
});
