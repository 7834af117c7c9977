import fc from 'fast-check';
import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../src/markdown.js';
import { ANY_TEXT } from './any-text.js';
import { CELLS, resultWith, withStrings } from './results.js';

const result = resultWith({ cells: CELLS });

describe('renderMarkdown', () => {
  test('is as it was read and approved', async () => {
    await expect(renderMarkdown(result)).toMatchFileSnapshot('fixtures/report.md');
  });

  test('is read by a Markdown parser as headings, paragraphs, tables and one list', () => {
    const blocks = marked.lexer(renderMarkdown(result)).filter(({ type }) => type !== 'space');
    expect(new Set(blocks.map(({ type }) => type))).toEqual(
      new Set(['heading', 'paragraph', 'table', 'list', 'code']),
    );
    expect((blocks.at(-1) as Tokens.Code).text.trimEnd()).toBe(result.environment.command);
  });

  test('keeps every table whole', () => {
    const tables = marked
      .lexer(renderMarkdown(result))
      .filter((token): token is Tokens.Table => token.type === 'table');
    const { series, timeSteps, errors } = result.measurement;
    const measured = new Set(errors.map((error) => error.timeSteps)).size;
    expect(tables.map(({ header, rows }) => [header.length, rows.length])).toEqual([
      [series.length + 3, timeSteps.length],
      [7, CELLS.length - 1],
      [series.length + 1, measured],
    ]);
  });

  test('makes no HTML, link, image or further block of any outside string', () => {
    const expected = shape(renderMarkdown(result));
    fc.assert(
      fc.property(fc.array(ANY_TEXT, { minLength: 1, maxLength: 8 }), (texts) => {
        let next = 0;
        const hostile = withStrings(result, (text, path) =>
          KEYS.test(path) ? text : shownOr('x', texts[next++ % texts.length]!),
        );
        expect(shape(renderMarkdown(hostile))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

/** Text of which nothing can be seen would leave its paragraph out. */
function shownOr(other: string, text: string): string {
  return /[\p{Letter}\p{Number}\p{Punctuation}\p{Symbol}]/u.test(text) ? text : other;
}

/** Texts by which the parts of a result find each other: with others, the tables would be others too. */
const KEYS = /\.(?:id|series|label|first|second)$|\.cells\.\d+\.(?:dataset|network|method)$/u;

/** Kinds of all blocks, tables with their size; a link, image or HTML inside any of them stands beside it. */
function shape(markdown: string): string[] {
  const shown: string[] = [];
  for (const token of marked.lexer(markdown)) {
    if (token.type === 'space') continue;
    const table = token.type === 'table' ? (token as Tokens.Table) : undefined;
    shown.push(table === undefined ? token.type : `table ${table.header.length} x ${table.rows.length}`);
  }
  void marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (['link', 'image', 'html', 'def', 'codespan', 'em', 'del'].includes(token.type))
      shown.push(`! ${token.raw}`);
  });
  return shown;
}
