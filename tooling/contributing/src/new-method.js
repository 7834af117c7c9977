// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const METHODS = 'packages/conversion/src/methods';
const REGISTRY = `${METHODS}/registry.ts`;
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** A method that cannot be created; the message lists every reason. */
export class MethodError extends Error {
  /** @override */
  name = 'MethodError';
}

/**
 * Writes the files of a new conversion method, a percentile rule to start from, and registers it.
 *
 * @param {string} name as typed after `--method`
 * @param {string} root the checkout
 * @returns {Promise<string[]>} the files that were written or changed, relative to `root`
 * @throws {MethodError} listing every problem; nothing is written then
 */
export async function createMethod(name, root) {
  const files = NAME.test(name) ? templates(name) : {};
  const registry = await readFile(join(root, REGISTRY), 'utf8');
  const problems = [
    ...(NAME.test(name)
      ? []
      : [`NAME must be lower-case words joined by hyphens, got ${JSON.stringify(name)}`]),
    ...Object.keys(files)
      .filter((path) => existsSync(join(root, path)))
      .map((path) => `${path} must not exist yet; choose another name or edit it`),
  ];
  if (problems.length > 0) throw new MethodError(`new:method: ${problems.join('; ')}.`);
  const registered = register(registry, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: 'wx' });
  }
  await writeFile(join(root, REGISTRY), registered);
  return [...Object.keys(files), REGISTRY];
}

/** @param {string} name */
const constantOf = (name) => name.replaceAll('-', '_').toUpperCase();

/**
 * @param {string} name
 * @returns {Record<string, string>} texts by path
 */
function templates(name) {
  return {
    [`${METHODS}/${name}.ts`]: `import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Percentile normalisation, rank 99.9 %: replace by what the paper's rules are. */
export const ${constantOf(name)}: ConversionMethod = {
  name: '${name}',
  summary: 'The 99.9th percentile of a layer’s training activations as its threshold; neurons start at 0.',
  source: 'Authors: Title, venue and year. Then where this deviates from it, and why.',
  threshold: { kind: 'percentile', percentile: 99.9 },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
};
`,
    [`packages/conversion/test/methods/${name}.test.ts`]: `import { describe, expect, it } from 'vitest';
import { convertWithMethod } from '../../src/index.js';
import { tinyNetwork } from '../tiny-network.js';

const STATISTICS = ['act1', 'act2'].map((node) => ({
  node,
  maximum: 8,
  percentiles: [{ percentile: 99.9, value: 4 }],
}));

describe('${name}', () => {
  it('takes the 99.9th percentile of the activations as threshold and starts at rest', () => {
    const { report } = convertWithMethod(tinyNetwork(), '${name}', { statistics: STATISTICS });
    expect(report.layers.map(({ theta }) => theta)).toEqual([[4], [4]]);
    expect(report.layers[0]!.initialPotential).toEqual({ kind: 'fraction', fraction: 0 });
  });
});
`,
    [`docs/methods/${name}.md`]: `# \`${name}\`: what the method is called

## Rule

θ = 99.9th percentile of the training activations; v[0] = 0.

## Source

Authors, venue and year.

## Confirmed

What was read in the paper or its code, and what is only recalled.

## Deviations

None yet.

## Measured

<!-- measured: family-cifar10-resnet20 ${name}-* -->

Not run yet: \`pnpm opi reproduce family-cifar10-resnet20\`.

<!-- /measured -->
`,
  };
}

/**
 * Adds import, name and entry.
 *
 * @param {string} registry source text
 * @param {string} name
 */
function register(registry, name) {
  const key = name.includes('-') ? `'${name}'` : name;
  /** @type {[place: RegExp, addition: string][]} */
  const additions = [
    [/(?=import type \{ ConversionMethod \})/, `import { ${constantOf(name)} } from './${name}.js';\n`],
    [/(?<=export type MethodName =[^;]*)(?=;)/, `\n  | '${name}'`],
    [/(?<=METHODS: [^;]*)(?=\n\};)/, `\n  ${key}: ${constantOf(name)},`],
  ];
  return additions.reduce((text, [place, addition]) => {
    if (place.test(text)) return text.replace(place, addition);
    throw new MethodError(
      `new:method: ${REGISTRY} must have the form it had; register ${name} there by hand.`,
    );
  }, registry);
}
