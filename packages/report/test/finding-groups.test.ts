import { describe, expect, test } from 'vitest';
import { findingGroups } from '../src/finding-groups.js';
import { headline } from '../src/headline.js';
import { renderHtml } from '../src/html.js';
import { renderMarkdown } from '../src/markdown.js';
import { renderTerminal } from '../src/terminal.js';
import { exampleResult, resultWith } from './results.js';

const { findings } = exampleResult().measurement;
const own = {
  ...findings[0]!,
  id: 'own',
  claim: 'ours is never behind',
  confidence: 'ours',
  source: 'this project',
} as const;

describe('findingGroups', () => {
  test('keeps claims of this project apart from those of the paper, each group in its order', () => {
    expect(
      findingGroups([own, ...findings]).map(({ title, findings: list }) => [title, list.map(({ id }) => id)]),
    ).toEqual([
      ['The paper’s findings', findings.map(({ id }) => id)],
      ['Claims of this project', ['own']],
    ]);
    expect(findingGroups([own]).map(({ title }) => title)).toEqual(['Claims of this project']);
    expect(findingGroups([])).toEqual([]);
  });

  test('no page calls a claim of this project one of the paper', async () => {
    const result = resultWith({ findings: [own] });
    for (const page of [renderTerminal(result), renderMarkdown(result), await renderHtml([result])]) {
      expect(page).toContain('Claims of this project');
      expect(page).not.toMatch(/paper’s findings|confirmed/u);
    }
    expect(headline(result.measurement)).toMatch(/The one finding of this project is undecided\.$/u);
  });
});
