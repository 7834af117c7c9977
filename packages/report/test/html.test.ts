import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { csvParse } from 'd3-dsv';
import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { defaultTreeAdapter as tree, parse, type DefaultTreeAdapterTypes as Parsed } from 'parse5';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderHtml, saveReport } from '../src/html.js';
import { figuresOf } from '../src/figures.js';
import { headline } from '../src/headline.js';
import { plainText } from '../src/plain-text.js';
import { ANY_TEXT } from './any-text.js';
import { CELLS, everyFigure, resultWith, withStrings } from './results.js';

/** Texts by which the parts of a result find each other; they stay different. */
const KEYS =
  /\.(?:id|series|layer|label|first|second)$|\.series\.\d+\.method$|\.cells\.\d+\.(?:dataset|network|method)$/u;
const result = resultWith({ cells: CELLS });
const { measurement } = result;

describe('renderHtml', () => {
  let page: string;
  let elements: Parsed.Element[];
  beforeAll(async () => {
    page = await renderHtml([result]);
    elements = elementsOf(page);
  });
  const named = (name: string): Parsed.Element[] => elements.filter(({ tagName }) => tagName === name);

  test('closes every tag and has no error that an HTML parser could find', () => {
    expect(parseErrors(page)).toEqual([]);
  });

  test('follows the content model and the accessibility rules of HTML', async () => {
    const { results } = await new HtmlValidate({
      root: true,
      extends: ['html-validate:standard', 'html-validate:a11y'],
      // Drawings are checked by the parser; here they would only take long.
    }).validateString(page.replaceAll(/<svg .*?<\/svg>/gsu, '<svg aria-hidden="true"></svg>'));
    expect(
      results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
    ).toEqual([]);
  });

  test('refers to nothing outside and runs nothing, and forbids both', () => {
    expect(outsideReferences(elements)).toEqual([]);
    const policy = named('meta').find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy');
    expect(attribute(policy!, 'content')).toBe("default-src 'none'; style-src 'unsafe-inline'");
  });

  test('has one main heading, and no level of heading is left out', () => {
    const levels = elements.flatMap(({ tagName }) => /^h([1-6])$/u.exec(tagName)?.[1] ?? []).map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.slice(1).entries())
      expect(level - levels[index]!).toBeLessThanOrEqual(1);
  });

  test('tells the result before anything else of an experiment', () => {
    const section = named('section')[0]!;
    const [heading, lead] = section.childNodes.filter((node) => tree.isElementNode(node));
    expect(heading!.tagName).toBe('h2');
    expect(textOf(lead!).replaceAll('\u00a0', ' ')).toBe(headline(measurement).replaceAll('\u00a0', ' '));
  });

  test('gives every figure a name, a description, a caption, the command and its data', () => {
    const figures = named('figure');
    expect(figures.map((one) => attribute(one, 'id'))).toEqual(
      ['accuracy', 'errors', 'decomposition', 'first-spikes', 'density', 'cost'].map((id) => `r1-${id}`),
    );
    for (const figure of figures) {
      const inside = descendants(figure);
      const picture = inside.find((one) => attribute(one, 'role') === 'img')!;
      expect(attribute(picture, 'aria-label')!.length).toBeGreaterThan(40);
      expect(attribute(picture, 'tabindex')).toBe('0');
      const caption = inside.find(({ tagName }) => tagName === 'figcaption')!;
      expect(textOf(caption)).toContain(`Made by ${result.environment.command}.`);
      const link = inside.find(({ tagName }) => tagName === 'a')!;
      expect(attribute(link, 'download')).toMatch(/^embedded-vgg-[a-z-]+\.csv$/u);
      const rows = csvParse(csvOf(link));
      const table = inside.filter(({ tagName }) => tagName === 'tr');
      expect(table).toHaveLength(rows.length + 1);
    }
  });

  test('offers the numbers of the result, to the last digit, as the data of its figures', () => {
    const data = (id: string): Record<string, string | number>[] => {
      const figure = named('figure').find((one) => attribute(one, 'id') === `r1-${id}`)!;
      return [...csvParse(csvOf(descendants(figure).find(({ tagName }) => tagName === 'a')!), typed)];
    };
    const { series, errors, firstSpikes } = measurement;
    const label = new Map(series.map((one) => [one.id, one.label]));
    expect(data('accuracy')).toEqual(
      series.flatMap((one) =>
        one.accuracy.map(({ timeSteps, accuracy, interval: { low, high }, correct, images }) => ({
          series: one.label,
          timeSteps,
          accuracy,
          low,
          high,
          correct,
          images,
        })),
      ),
    );
    expect(data('errors')).toEqual(
      errors
        .filter(({ timeSteps }) => timeSteps === 4)
        .map(({ series: id, layer, timeSteps, predicted, measured }) => ({
          series: label.get(id),
          layer,
          timeSteps,
          predictedBias: predicted!.bias,
          measuredBias: measured.bias,
          predictedSquaredError: predicted!.meanSquaredError,
          measuredSquaredError: measured.meanSquaredError,
        })),
    );
    expect(data('first-spikes')).toEqual(
      firstSpikes.map((one) => ({
        series: label.get(one.series),
        layer: one.layer,
        depth: one.depth,
        meanStep: one.meanStep,
        firedFraction: one.firedFraction,
        timeSteps: one.timeSteps,
      })),
    );
    expect(data('density').map((row) => row['spikesPerNeuronPerStep'])).toEqual(
      series.flatMap(({ layers }) => layers.map((layer) => layer.spikesPerNeuronPerStep)),
    );
    expect(data('cost').map((row) => row['synapticOperationsPerImage'])).toEqual(
      series.flatMap(({ cost }) => cost.map((point) => point.synapticOperationsPerImage)),
    );
    const split = errors.filter(({ decomposition, timeSteps }) => decomposition !== null && timeSteps === 4);
    expect(data('decomposition').map((row) => row['meanSquare'])).toEqual(
      split.flatMap(({ decomposition: d }) => [d!.clipping, d!.quantisation, d!.unevenness]),
    );
  });

  test('draws the ANN as a dotted line and every potential with a dash and a shape of its own', () => {
    const [accuracy] = named('figure');
    const lines = descendants(accuracy!).filter((one) => attribute(one, 'stroke') === 'var(--ink)');
    expect(lines.some((one) => attribute(one, 'stroke-dasharray') === '2,4')).toBe(true);
    const dashes = descendants(accuracy!)
      .filter(
        (one) => attribute(one, 'stroke')?.startsWith('var(--series-') && attribute(one, 'stroke-dasharray'),
      )
      .map((one) => attribute(one, 'stroke-dasharray'));
    expect(new Set(dashes).size).toBe(measurement.series.length);
  });

  test('says every verdict in words', () => {
    const verdicts = elements.filter((one) => attribute(one, 'class')?.split(' ').includes('outcome'));
    const texts = new Set(verdicts.map(textOf));
    for (const { outcome } of measurement.findings)
      expect([...texts].some((text) => text.endsWith(outcome))).toBe(true);
    for (const text of texts) expect(text).toMatch(/^\S [a-z ]+$/u);
  });

  test('keeps every outside string a string', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ANY_TEXT, { minLength: 6, maxLength: 10 }), async (texts) => {
        let next = 0;
        const hostile = withStrings(result, (text, path) =>
          KEYS.test(path) ? `${text}${texts[0]!}` : texts[next++ % texts.length]!,
        );
        const other = await renderHtml([hostile]);
        const found = elementsOf(other);
        expect(parseErrors(other)).toEqual([]);
        expect(outsideReferences(found)).toEqual([]);
        expect(found.map(({ tagName }) => tagName)).toEqual(elements.map(({ tagName }) => tagName));
        expect(textOf(found.find(({ tagName }) => tagName === 'h2')!)).toBe(
          plainText(hostile.measurement.experiment.title),
        );
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  test('draws every figure that there are data for, of methods, constants and biases as well', async () => {
    const results = everyFigure();
    const drawn = elementsOf(await renderHtml(results))
      .filter(({ tagName }) => tagName === 'figure')
      .map((one) => attribute(one, 'id'));
    const expected = results.flatMap((one, i) =>
      figuresOf(one.measurement).map(({ id }) => `r${i + 1}-${id}`),
    );
    expect(drawn.toSorted()).toEqual(expected.toSorted());
    expect(expected).toEqual(expect.arrayContaining(['r1-bias', 'r2-methods', 'r3-constants']));
  });

  test('lists several experiments with their headlines, each figure and section with an id of its own', async () => {
    const small = resultWith({ errors: [], firstSpikes: [], findings: [] });
    const found = elementsOf(await renderHtml([small, small]));
    const ids = found.flatMap((one) => attribute(one, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = found
      .filter(({ tagName }) => tagName === 'nav')
      .flatMap(descendants)
      .filter(({ tagName }) => tagName === 'a');
    expect(links.map((link) => attribute(link, 'href'))).toEqual(['#r1', '#r2']);
  });

  test('makes a page of a result in which nothing was run', async () => {
    const empty = resultWith({
      ann: null,
      timeSteps: [],
      series: [],
      errors: [],
      firstSpikes: [],
      findings: [],
    });
    const text = await renderHtml([empty]);
    expect(parseErrors(text)).toEqual([]);
    expect(text).toContain('Nothing was run.');
  });
});

describe('saveReport', () => {
  test('writes the page', async () => {
    const folder = temporaryFolder();
    const small = resultWith({ series: [], errors: [], firstSpikes: [] });
    const path = join(folder, 'report.html');
    await saveReport(path, [small]);
    expect(await readFile(path, 'utf8')).toBe(await renderHtml([small]));
  });
});

function parseErrors(html: string): string[] {
  const errors: string[] = [];
  parse(html, { onParseError: ({ code, startLine }) => errors.push(`${code}, line ${startLine}`) });
  return errors;
}

function elementsOf(html: string): Parsed.Element[] {
  return descendants(parse(html));
}

function descendants(node: Parsed.Document | Parsed.Element): Parsed.Element[] {
  return node.childNodes
    .filter((child) => tree.isElementNode(child))
    .flatMap((child) => [child, ...descendants(child)]);
}

function attribute(element: Parsed.Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

function textOf(node: Parsed.ChildNode): string {
  if (tree.isTextNode(node)) return node.value;
  return tree.isElementNode(node) ? node.childNodes.map(textOf).join('') : '';
}

/** Elements and attributes that could load, send or run something. */
function outsideReferences(elements: readonly Parsed.Element[]): string[] {
  const forbidden =
    /^(?:script|link|base|iframe|object|embed|form|img|image|use|audio|video|source|animate|set|foreignobject)$/iu;
  return elements.flatMap(({ tagName, attrs }) => [
    ...(forbidden.test(tagName) ? [tagName] : []),
    ...attrs
      .filter(({ name }) => /^on|^(?:src|srcset|style|action|formaction|poster|ping|data)$/iu.test(name))
      .map(({ name }) => name),
    ...attrs
      .filter(({ name, value }) => name.endsWith('href') && !/^(?:#r\d+$|data:text\/csv;)/u.test(value))
      .map(({ value }) => value),
    ...attrs
      .filter(({ value, name }) => !/^(?:aria-label|href)$/u.test(name) && /url\(/iu.test(value))
      .map(({ value }) => value),
  ]);
}

function csvOf(link: Parsed.Element): string {
  const [, data] = attribute(link, 'href')!.split(/^data:text\/csv;charset=utf-8,/u);
  return decodeURIComponent(data!);
}

function typed(row: Record<string, string>): Record<string, string | number> {
  const words = new Set(['series', 'layer', 'cause']);
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, words.has(key) ? value : Number(value)]),
  );
}
