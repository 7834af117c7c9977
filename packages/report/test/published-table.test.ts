import { describe, expect, test } from 'vitest';
import { publishedSources, publishedTable } from '../src/published-table.js';
import { renderHtml } from '../src/html.js';
import { renderMarkdown } from '../src/markdown.js';
import { CELLS, resultWith } from './results.js';

describe('publishedTable', () => {
  test('says every verdict in words, with a symbol, and hints at its colour', () => {
    const { columns, rows } = publishedTable(CELLS)!;
    const at = columns.findIndex(({ title }) => title === 'Verdict');
    expect(rows.map((row) => [row[at]!.text, row[at]!.tone])).toEqual([
      ['✓ agrees', 'good'],
      ['▲ better', 'good'],
      ['▼ worse', 'bad'],
      ['≈ recalled value only', 'open'],
      ['· not run', 'open'],
    ]);
  });

  test('sets ours beside the published number, with both ANNs and the difference in percentage points', () => {
    const [, , worse] = publishedTable(CELLS)!.rows;
    expect(worse!.map(({ text }) => text)).toEqual([
      '8',
      '90.00 (95.00)',
      '80.00 (92.00)',
      '−10.00',
      '▼ worse',
      '1,000, 1',
      'An invented table (confirmed)',
    ]);
  });

  test('stands in Markdown and HTML with everything that a verdict needs', async () => {
    const result = resultWith({ cells: CELLS });
    const [markdown, html] = [renderMarkdown(result), await renderHtml([result])];
    const needed = {
      expected: '90.00',
      confidence: '(confirmed)',
      source: 'An invented table',
      got: '80.00',
      interval: '77.0–83.0',
      difference: '−10.00',
      verdict: '▼ worse',
      'n and seeds': '1,000, 1',
    };
    for (const page of [markdown, html]) {
      const row = page.split('\n').find((line) => line.includes(needed.verdict))!;
      const text = row.replaceAll('\\', '');
      for (const [name, shown] of Object.entries(needed)) expect(text, name).toContain(shown);
    }
  });

  test('names the table of each cell when there are several', () => {
    const two = [CELLS[0]!, { ...CELLS[1]!, network: 'resnet20' }];
    expect(publishedTable(two)!.rows.map((row) => row[1]!.text)).toEqual([
      'vgg-16, cifar-10, opi',
      'resnet20, cifar-10, opi',
    ]);
  });

  test('is absent when nothing was published', () => {
    expect(publishedTable(CELLS.slice(-1))).toBeUndefined();
    expect(publishedTable([])).toBeUndefined();
  });
});

describe('publishedSources', () => {
  test('names each source once, with its confidence', () => {
    expect(publishedSources(CELLS)).toEqual([
      'An invented table (confirmed)',
      'An invented table (recalled)',
    ]);
  });
});
