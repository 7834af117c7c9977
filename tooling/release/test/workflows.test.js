import { readdirSync, readFileSync } from 'node:fs';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from 'vitest';

const FOLDER = new URL('../../../.github/workflows/', import.meta.url);

/**
 * What GitHub's own parser says against a workflow: keys, values, expressions and the contexts in them, and the order of jobs.
 *
 * @param {string} name
 * @param {string} content
 * @returns {Promise<string[]>}
 */
async function problems(name, content) {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe('GitHub workflows', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));

  test('are those of checks and of releases', () => {
    expect(names.sort()).toEqual(['ci.yml', 'release.yml']);
  });

  test.each(names)('%s is one for GitHub’s parser', async (name) => {
    expect(await problems(name, readFileSync(new URL(name, FOLDER), 'utf8'))).toEqual([]);
  });

  test.each([
    ['runs-on: ', 'run-on: ', /Unexpected value 'run-on'/u],
    ['matrix.node', 'matrx.node', /Unrecognized named-value: 'matrx'/u],
    ['timeout-minutes: 40', 'timeout-minutes: soon', /Unexpected value 'soon'/u],
  ])('are told from those that are not: %s as %s', async (right, wrong, message) => {
    const content = readFileSync(new URL('ci.yml', FOLDER), 'utf8');
    expect((await problems('ci.yml', content.replace(right, wrong))).join('\n')).toMatch(message);
  });

  test('wait only for jobs that there are', async () => {
    const content = readFileSync(new URL('release.yml', FOLDER), 'utf8').replace(
      'needs: native',
      'needs: natives',
    );
    expect((await problems('release.yml', content)).join('\n')).toMatch(/natives/u);
  });
});
